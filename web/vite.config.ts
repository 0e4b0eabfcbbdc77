/** The page of the inspector: web/ → dist/page, served by the program itself under a strict CSP. */
import { preact } from '@preact/preset-vite';
import { defineConfig } from 'vite';

/** Where `npx vite web` finds a server to show while the page is worked on. */
const server = process.env['INSPECTED'] ?? 'http://127.0.0.1:8080';

/** As from the server's own page: it answers no other. */
const proxied = { target: server, changeOrigin: true, headers: { origin: server } };

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [preact({ devToolsEnabled: false })],
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // Inlined files would be data: URLs, which the CSP forbids for scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // What is bundled, with its licences: for `npm run sbom`. Beside the page, not a part of it.
    license: { fileName: '.vite/licenses.json' },
    chunkSizeWarningLimit: 2_000,
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': proxied, '/inspect': { ...proxied, ws: true } },
  },
});

/**
 * What is shipped, as CycloneDX: of npm's own list of everything that is installed, what runs in production and what is
 * bundled into the page.
 *
 * `npm sbom --omit dev` is not taken at its word: it leaves out whatever a development dependency needs, too (zod, yaml), and
 * knows nothing of bundles. What is production is what package-lock.json says, as `npm ci --omit=dev` installs it.
 */

export interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly scope?: string;
  readonly hashes?: ReadonlyArray<{ readonly alg: string; readonly content: string }>;
  readonly licenses?: ReadonlyArray<
    { readonly license: { readonly id?: string; readonly name?: string } } | { readonly expression: string }
  >;
  readonly properties?: ReadonlyArray<{ readonly name: string; readonly value: string }>;
}

export interface Bill {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: ReadonlyArray<{ readonly ref: string; readonly dependsOn: readonly string[] }>;
}

export interface Lock {
  readonly name: string;
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly version?: string;
        readonly dev?: boolean;
        readonly integrity?: string;
        readonly license?: string;
      }
    >
  >;
}

/** Of a package, as vite lists what it has bundled. */
export interface Bundled {
  readonly name: string;
  readonly version: string;
}

/** @returns `name@version` of each package that is installed in production */
export function installedInProduction({ packages }: Lock): ReadonlySet<string> {
  const refs = Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true)
    .map(([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`);
  return new Set(refs);
}

/**
 * @param all what npm says of everything
 * @throws Error where it says nothing of a package that is shipped
 */
export function shippedOf(all: Bill, lock: Lock, bundled: readonly Bundled[]): Bill {
  const installed = installedInProduction(lock);
  const inPage = new Set(bundled.map(({ name, version }) => `${name}@${version}`));
  const own = all.metadata.component;
  const refs = new Set([...installed, ...inPage, own['bom-ref']]);
  const components = all.components.filter((each) => refs.has(each['bom-ref']));
  const known = new Set(components.map((each) => each['bom-ref']));
  const missing = [...installed, ...inPage].filter((ref) => !known.has(ref));
  if (missing.length > 0) throw new Error(`npm sbom says nothing of ${missing.join(', ')}; run npm install`);
  return {
    ...all,
    // npm calls it by the folder that it is in.
    metadata: { ...all.metadata, component: { ...own, name: lock.name } },
    components: components.map((each) => shipped(each, inPage.has(each['bom-ref']))),
    dependencies: all.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) })),
  };
}

function shipped(component: Component, isInPage: boolean): Component {
  const properties = (component.properties ?? []).filter(
    ({ name }) => name !== 'cdx:npm:package:development',
  );
  const page = isInPage ? [{ name: 'cdx:npm:package:bundled', value: 'true' }] : [];
  return { ...component, scope: 'required', properties: [...properties, ...page] };
}

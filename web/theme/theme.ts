/** Light or dark: as the system says, until somebody chooses. */
import { effect, signal } from '@preact/signals';
import { recall, remember } from '../page/memory.ts';

export type Theme = 'system' | 'light' | 'dark';

const kept = recall('theme');
export const theme = signal<Theme>(kept === 'light' || kept === 'dark' ? kept : 'system');

export function paint(): void {
  effect(() => {
    document.documentElement.dataset['theme'] = theme.value;
  });
}

/** In turns: system, light, dark. */
export function nextTheme(): void {
  theme.value = theme.value === 'system' ? 'light' : theme.value === 'light' ? 'dark' : 'system';
  remember('theme', theme.value);
}

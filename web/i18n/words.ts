/** Which language the page speaks. A word that a dictionary lacks does not compile. */
import { computed, signal } from '@preact/signals';
import { recall, remember } from '../page/memory.ts';
import { durationText } from './duration.ts';
import { en } from './en.ts';
import { ko } from './ko.ts';
import { inKorean } from './sayings-ko.ts';

export type Words = typeof en;
export type Language = 'en' | 'ko';

const dictionaries: Readonly<Record<Language, Words>> = { en, ko };

export const language = signal<Language>(chosenLanguage());
export const words = computed(() => dictionaries[language.value]);

function chosenLanguage(): Language {
  const kept = recall('language');
  if (kept === 'en' || kept === 'ko') return kept;
  return navigator.language.toLowerCase().startsWith('ko') ? 'ko' : 'en';
}

export function speak(chosen: Language): void {
  language.value = chosen;
  remember('language', chosen);
}

/** A duration in the page's language. */
export function duration(ms: number): string {
  return durationText(ms, words.value.units);
}

/** What the server says, in the page's language as far as the page knows it. */
export function meant(text: string): string {
  return language.value === 'ko' ? inKorean(text) : text;
}

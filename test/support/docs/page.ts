/** A document as its readers have it: headings, fenced blocks, links, each with its line. */
import { readFileSync } from 'node:fs';
import { fromMarkdown } from 'mdast-util-from-markdown';

type Node = ReturnType<typeof fromMarkdown> | ReturnType<typeof fromMarkdown>['children'][number];

interface Fence {
  readonly language: string;
  readonly code: string;
  /** Of its first line of code, from 1. */
  readonly line: number;
}

export interface Page {
  readonly file: string;
  /** Depths, such as 1, 2, 2, 3. */
  readonly headings: readonly number[];
  readonly fences: readonly Fence[];
  /** Where links and images lead, in their order. */
  readonly links: readonly string[];
}

/** @param file relative to the checkout */
export function readPage(file: string): Page {
  const headings: number[] = [];
  const fences: Fence[] = [];
  const links: string[] = [];
  const visit = (node: Node): void => {
    if (node.type === 'heading') headings.push(node.depth);
    if (node.type === 'link' || node.type === 'image') links.push(node.url);
    if (node.type === 'code')
      fences.push({
        language: node.lang ?? '',
        code: node.value,
        line: (node.position?.start.line ?? 0) + 1,
      });
    if ('children' in node) for (const child of node.children) visit(child);
  };
  visit(fromMarkdown(readFileSync(file)));
  return { file, headings, fences, links };
}

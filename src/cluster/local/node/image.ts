/**
 * Images, which this node does not have: a known name stands for the machine's own shell environment, any other
 * cannot be pulled. `node` is also the Node that this process runs on, which need not be installed anywhere else.
 */
import path from 'node:path';

export type Image =
  | {
      readonly kind: 'known';
      readonly entrypoint: readonly string[];
      readonly command: readonly string[];
      /** Where programs of the image's own are, before those of the machine. */
      readonly directories?: readonly string[];
    }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'malformed' };

const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const host = '(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9-]+)*(?::\\d+)?/)?';
const reference = new RegExp(
  `^(${host}${component}(?:/${component})*)(?::[\\w][\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?$`,
);

const commands: Readonly<Record<string, readonly string[]>> = {
  busybox: ['sh'],
  alpine: ['/bin/sh'],
  debian: ['bash'],
  node: ['node'],
};

/** `extra` are names without tag, for example `registry.example.com/agent`. */
export function resolveImage(image: string, extra: readonly string[]): Image {
  const name = reference.exec(image)?.[1];
  if (name === undefined) return { kind: 'malformed' };
  const short = name.replace(/^docker\.io\//, '').replace(/^library\//, '');
  const isKnown =
    Object.hasOwn(commands, short) ||
    short.startsWith('local/') ||
    extra.some((known) => untagged(known) === name || untagged(known) === short);
  if (!isKnown) return { kind: 'unknown' };
  return {
    kind: 'known',
    entrypoint: [],
    command: (Object.hasOwn(commands, short) ? commands[short] : undefined) ?? ['sh'],
    ...(short === 'node' ? { directories: [path.dirname(process.execPath)] } : {}),
  };
}

const untagged = (image: string): string => reference.exec(image)?.[1] ?? image;

/** What the process is started with: the Pod's command and arguments over the image's own, as Docker does. */
export function argumentsOf(
  image: Extract<Image, { kind: 'known' }>,
  command: readonly string[],
  args: readonly string[],
): readonly string[] {
  if (command.length > 0) return [...command, ...args];
  return args.length > 0 ? [...image.entrypoint, ...args] : [...image.entrypoint, ...image.command];
}

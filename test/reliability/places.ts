/** Where each number is tried: read from the tests as they stand, without a run of a single one. */
import { globSync } from 'node:fs';
import { createVitest, type TestModule, type TestSuite, type Vitest } from 'vitest/node';
import { isTag, type Tag } from './tags.ts';

export interface Place {
  readonly file: string;
  /** What stands before it: its file alone where all of the file tries it. */
  readonly name: string;
}

/** @throws where a tag is no number */
export async function findPlaces(): Promise<ReadonlyMap<Tag, readonly Place[]>> {
  const vitest = await createVitest('test', { watch: false, reporters: [] });
  try {
    const places = new Map<Tag, Place[]>();
    for (const module of await parse(vitest)) {
      const file = module.relativeModuleId;
      complain(module);
      for (const [tag, name] of tagged(module, new Set(), '')) {
        if (!isTag(tag)) throw new Error(`${file}: ${name}: there is no ${tag}`);
        places.set(tag, [...(places.get(tag) ?? []), { file, name }]);
      }
    }
    return places;
  } finally {
    await vitest.close();
  }
}

/** A file that cannot be read has no tests, and would go unnoticed. */
function complain(module: TestModule): void {
  for (const { message } of module.errors()) {
    // What several adapters run is parsed where it is written.
    if (message.startsWith('No test suite found')) continue;
    throw new Error(`${module.relativeModuleId}: ${message.split('\n', 1)[0]}`);
  }
}

/** Suites that several adapters run are parsed once, where they are written. */
async function parse(vitest: Vitest): Promise<readonly TestModule[]> {
  const specifications = await vitest.globTestSpecifications();
  const suites = globSync('test/contract/*.suite.ts', { cwd: vitest.config.root })
    .toSorted()
    .map((file) => vitest.getRootProject().createSpecification(`${vitest.config.root}/${file}`));
  const modules = await vitest.parseSpecifications([...specifications, ...suites]);
  return modules.toSorted((a, b) => (a.relativeModuleId < b.relativeModuleId ? -1 : 1));
}

/** Each tag at the outermost name that has it. */
function* tagged(
  parent: TestModule | TestSuite,
  inherited: ReadonlySet<string>,
  path: string,
): Generator<readonly [tag: string, name: string]> {
  for (const child of parent.children) {
    const name = path === '' ? child.name : `${path} › ${child.name}`;
    const own = child.options.tags ?? [];
    for (const tag of own) if (!inherited.has(tag)) yield [tag, name];
    if (child.type === 'suite') yield* tagged(child, new Set([...inherited, ...own]), name);
  }
}

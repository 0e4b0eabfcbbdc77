/** A quarter of the seeds of every test run: files are shared among workers. */
import { trySeeds } from './seeds/try-seeds.ts';

trySeeds({ first: 1, count: 250 });

/**
 * Where property tests draw from: something new at every run of a developer's, the same at every run of CI (or of
 * `DRAW_SEED=N`), so that what fails there fails here too. What a drawing finds becomes an example of its test.
 */
import fc from 'fast-check';

const seed = process.env['DRAW_SEED'] ?? (process.env['CI'] === undefined ? undefined : '1');

if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) });

#!/usr/bin/env node
import { run } from './run.js';

await run('../dist/cli/test-pipeline.js');

#!/usr/bin/env node
import { run } from './run.js';

await run('../dist/events-cli/test-event.js');

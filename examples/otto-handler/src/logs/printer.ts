/** Lines and notices on stdout: coloured for people, plain in a pipe. */
import { once } from 'node:events';
import { styleText } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { WorkerStatusNotification } from '../rpc/contract.js';
import type { Line } from './line.js';

type Style = Parameters<typeof styleText>[0];

const levelStyles = { INFO: 'reset', ERROR: 'red', WARN: 'yellow', DEBUG: 'dim' } as const;
/** What a worker writes must not steer the terminal of whoever reads it. */
const steering = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

@Injectable()
export class Printer {
  /** Resolves when stdout takes more. */
  async print(texts: readonly string[]): Promise<void> {
    if (texts.length === 0) return;
    if (!process.stdout.write(`${texts.join('\n')}\n`)) await once(process.stdout, 'drain');
  }

  line({ time, level, source, workerId, text }: Line): string {
    const label = style('dim', `${time} ${level.padEnd(5)} ${source} ${visible(workerId)}`);
    return `${label} ${style(levelStyles[level], visible(text))}`;
  }

  gap({ time, workerId }: Line, sentence: string): string {
    return style('yellow', `${time} GAP   ${visible(workerId)} ${visible(sentence)}`);
  }

  notice({ timestamp, worker_id, task_id, status, reason }: WorkerStatusNotification): string {
    const why = reason === '' ? '' : `: ${visible(reason)}`;
    const text = `${timestamp} NOTICE ${visible(worker_id)} of ${visible(task_id)} ${status}${why}`;
    return style(status === 'FAILED' ? ['bold', 'red'] : 'bold', text);
  }

  /** Under a notice: what was shown before. */
  again({ text }: Line): string {
    return style('dim', `  | ${visible(text)}`);
  }
}

function visible(text: string): string {
  return text.replace(steering, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** By NO_COLOR, FORCE_COLOR and whether stdout is a terminal; asked once, because lines are many. */
const isColoured = styleText('red', 'x', { stream: process.stdout }) !== 'x';

function style(format: Style, text: string): string {
  return isColoured ? styleText(format, text, { validateStream: false }) : text;
}

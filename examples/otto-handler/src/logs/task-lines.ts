/** The newest lines of each task, in memory: so many a task, of so many tasks. */
import { Injectable } from '@nestjs/common';
import { settings } from '../settings.js';
import type { Line } from './line.js';

const tasksMax = 1_000;

@Injectable()
export class TaskLines {
  readonly #tasks = new Map<string, Line[]>();

  add(line: Line): void {
    const lines = this.#tasks.get(line.taskId) ?? this.#begin(line.taskId);
    lines.push(line);
    // In steps, so that the oldest need not be moved for each line.
    if (lines.length >= 2 * settings.linesPerTask) lines.splice(0, lines.length - settings.linesPerTask);
  }

  /** The newest at most, oldest first. */
  of(taskId: string): readonly Line[] {
    return (this.#tasks.get(taskId) ?? []).slice(-settings.linesPerTask);
  }

  #begin(taskId: string): Line[] {
    const lines: Line[] = [];
    this.#tasks.set(taskId, lines);
    if (this.#tasks.size > tasksMax) {
      const [oldest = ''] = this.#tasks.keys();
      this.#tasks.delete(oldest);
    }
    return lines;
  }
}

import type { Command } from 'commander';
import * as fs from 'node:fs';
import type { Progress } from '../progress/progress';
import { WatchedProgress } from '../progress/watched';
import { asJson, asLines, onTerminal } from '../progress/watchers';
import { defaultSettingsFile, readSettingsFile, type Settings } from '../settings/settings';

export interface SiteFlags {
  readonly settings?: string;
  readonly json?: true;
}

/** What every verb takes that works on a site's own stores. */
export function withSiteOptions(command: Command): Command {
  return command
    .option(
      '--settings <file>',
      `what this site is (default: AGENTE_DR_SETTINGS, ${defaultSettingsFile}, or the task's environment)`,
    )
    .option('--json', 'print for machines: a JSON object a line while it works, the result on stdout');
}

/**
 * The settings by flag, by variable, by the file's usual place, or, in a task of the toolbox, by the
 * environment and the contract.
 * @throws AgenteError config-invalid.
 */
export async function settingsFor(flags: SiteFlags): Promise<Settings> {
  const named = flags.settings ?? process.env['AGENTE_DR_SETTINGS'];
  if (named === undefined && (process.env['CONTROL_BUCKETS'] ?? '') !== '') {
    return (await import('../settings/managed.js')).managedSettings(process.env);
  }
  return readSettingsFile(named ?? defaultSettingsFile);
}

function progressFor({ json }: SiteFlags): Progress {
  const stream = process.stderr;
  if (json === true) return new WatchedProgress(asJson(stream));
  return new WatchedProgress(stream.isTTY ? onTerminal(stream) : asLines(stream));
}

/** Runs a verb so that Ctrl-C ends it cleanly: children are stopped, drafts removed, leases given back. */
export async function interruptible<T>(
  flags: SiteFlags,
  work: (conditions: { progress: Progress; signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    return await work({ progress: progressFor(flags), signal: controller.signal });
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

export function print(flags: SiteFlags, value: unknown, lines: readonly string[]): void {
  const text = flags.json === true ? JSON.stringify(value, null, 2) : lines.join('\n');
  if (text !== '') fs.writeSync(1, `${text}\n`);
}

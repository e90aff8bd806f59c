import * as fs from 'node:fs';
import { AgenteError } from '../../recovery/errors';
import { engineFailure } from '../pulumi/failure';
import type { Project } from '../pulumi/project';
import { runPulumi } from '../pulumi/run';
import { readStackPlan, type StackPlan } from './stack-plan';

/**
 * Runs the real `pulumi preview` of a stack.
 * @throws AgenteError with the program's own words where it refuses, stack-not-deployed, engine-failed,
 *   plan-unreadable.
 */
export async function previewStack(project: Project, stack: string, signal?: AbortSignal): Promise<StackPlan> {
  // Its file is read first: pulumi would make an empty one for a name that is only misspelt.
  project.siteConfig(stack);
  const args = ['preview', '--json', '--show-sames', '--stack', stack];
  const { code, stdout, output } = await runPulumi({ project, args, ...(signal === undefined ? {} : { signal }) });
  if (code === 0) return readStackPlan(stack, stdout);
  signal?.throwIfAborted();
  if (/no stack named/.test(output)) {
    throw new AgenteError(
      'stack-not-deployed',
      `there is no stack ${stack} in the backend`,
      `Make it with \`pulumi stack init ${stack}\`, or preview another one with --stack.`,
    );
  }
  throw engineFailure(`pulumi preview --stack ${stack}`, wordsOf(output, stdout), 'no file');
}

/** With --json the program's words are in the diagnostics of the plan, one string with its line ends escaped. */
function wordsOf(output: string, stdout: string): string {
  try {
    const { diagnostics } = JSON.parse(stdout) as { diagnostics?: readonly { message?: string }[] };
    const told = (diagnostics ?? []).map(({ message }) => message ?? '').join('\n');
    return told === '' ? output : told;
  } catch {
    return output;
  }
}

/** A plan that was saved before. @throws AgenteError argument-invalid, plan-unreadable. */
export function savedPlan(file: string): StackPlan {
  const { stack, text } = savedPlanText(file);
  return readStackPlan(stack, text);
}

/** @throws AgenteError argument-invalid; plan-unreadable where no stack is named. */
export function savedPlanText(file: string): { stack: string; text: string } {
  try {
    const text = fs.readFileSync(file, 'utf8');
    return { stack: stackIn(text, file), text };
  } catch (error) {
    if (error instanceof AgenteError) throw error;
    throw new AgenteError(
      'argument-invalid',
      `the plan ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Save one with `pulumi preview --json --show-sames --stack STACK > FILE`.',
    );
  }
}

/** The stack is a part of every URN. */
function stackIn(text: string, file: string): string {
  const stack = /"urn:pulumi:([^:"]+)::/.exec(text)?.[1];
  if (stack !== undefined) return stack;
  throw new AgenteError(
    'plan-unreadable',
    `${file} names no stack`,
    'Save one with `pulumi preview --json --show-sames --stack STACK > FILE`.',
  );
}

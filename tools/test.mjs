#!/usr/bin/env node
/**
 * Every check of this checkout, one sum at the end. Without a flag what a change needs before it is
 * shown to others; `--full` adds format, lint, dead code, drills and faults; `--rest` is only what
 * `--full` adds; `--deep` is hours of random moments and kills, of which the others take a sample. The
 * last line is `N passed, N failed, N skipped`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, readdirSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

const { root, withEngine } = createRequire(import.meta.url)('./engine.js');

const inCI = Boolean(process.env.CI || process.env.AGENTE_DR_CI);
/** Folders, at any depth, whose tests take minutes each. */
const slow = new Set(['drills', 'faults', 'long']);
/** For a test that says nothing else; those that start servers say more. */
const timeoutMs = 20_000;

const env = withEngine(process.env);

/** Whoever sets one of these, or a seed that a title names (PITR_SEED, KILLS_SEED), is asked less or the same again. */
const deep = {
  files: ['postgres-pitr', 'mysql-pitr', 'random-kills'].map((name) => `test/databases/${name}.test.ts`),
  defaults: { PITR_TARGETS: '500', KILLS: '1000' },
};

const checks = {
  types: ['tsc', ['--noEmit']],
  format: ['prettier', ['--check', '--log-level', 'warn', '.']],
  lint: ['eslint', ['.']],
  dead: ['knip', []],
};

/** A program that is right or wrong as a whole counts as one. */
function check(title) {
  const [command, args] = checks[title];
  const started = Date.now();
  const { status } = spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${title} (${((Date.now() - started) / 1_000).toFixed(1)} s)`);
  return status === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

function testFiles(wantsSlow) {
  const folder = path.join(root, 'test');
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.test.ts') && name.split(path.sep).some((room) => slow.has(room)) === wantsSlow)
    .map((name) => path.join('test', name))
    .sort();
}

function mocha(files, defaults = {}) {
  if (files.length === 0) return { passed: 0, failed: 0, skipped: 0 };
  const folder = mkdtempSync(path.join(os.tmpdir(), 'agente-dr-test-'));
  const sums = path.join(folder, 'sums.json');
  const args = ['--extension', 'ts', '-r', './tools/register.js', '--reporter', './tools/reporter.js'];
  args.push('--forbid-only', '--exit', '--timeout', String(timeoutMs), ...(inCI ? ['--forbid-pending'] : []));
  try {
    const { status } = spawnSync('mocha', [...args, ...files], {
      cwd: root,
      env: { ...defaults, ...env, AGENTE_DR_TEST_SUMS: sums },
      stdio: 'inherit',
    });
    // A run that fell over before its end has no sums: that is a failure too.
    const counted = existsSync(sums) ? JSON.parse(readFileSync(sums, 'utf8')) : { passed: 0, failed: 0, skipped: 0 };
    return status !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function main() {
  const [mode] = process.argv.slice(2);
  const parts = [];
  if (mode === '--deep') {
    parts.push(() => mocha(deep.files, deep.defaults));
  } else if (mode !== '--rest') {
    parts.push(
      () => check('types'),
      () => mocha(testFiles(false)),
    );
  }
  if (mode === '--full' || mode === '--rest') {
    parts.push(
      () => check('format'),
      () => check('lint'),
      () => check('dead'),
    );
    parts.push(() => mocha(testFiles(true)));
  }
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const part of parts) {
    for (const [key, count] of Object.entries(part())) sum[key] += count;
  }
  console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  process.exitCode = sum.failed === 0 ? 0 : 1;
}

main();

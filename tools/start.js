'use strict';
/**
 * What has to be so before the command line can be loaded: the dependencies, a Node that runs it, and
 * an environment in which everything it starts finds the engine. No dependency of its own.
 */
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const nodeModule = require('node:module');
const os = require('node:os');
const path = require('node:path');
const { cacheFolder, root, withEngine } = require('./engine.js');
const { atLeast } = require('./versions.js');

const oldestNode = '22.15.0';
const exitUsage = 2;
const installedNode = path.join(root, 'node_modules', '.bin', 'node');

/** Runs `load` in this process, or this whole command in the Node of node_modules. */
function start(load) {
  if (!fs.existsSync(path.join(root, 'node_modules', '.package-lock.json'))) {
    return refuse('its dependencies are not installed', 'Run npm run setup.');
  }
  if (atLeast(process.version, oldestNode)) {
    Object.assign(process.env, withEngine(process.env));
    nodeModule.enableCompileCache?.(path.join(cacheFolder(), 'compile-cache'));
    return load();
  }
  if (!fs.existsSync(installedNode)) {
    return refuse(
      `Node ${process.version} is too old, and node_modules has no other`,
      `Use Node ${oldestNode} or newer.`,
    );
  }
  return runInInstalledNode();
}

function refuse(fact, hint) {
  process.stderr.write(`agente-dr: prerequisite-missing: ${fact}\nHINT: ${hint}\n`);
  process.exitCode = exitUsage;
}

function runInInstalledNode() {
  const child = spawn(installedNode, process.argv.slice(1), { stdio: 'inherit' });
  // A terminal sends SIGINT to both; the child decides what it means. The others reach only this process.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + os.constants.signals[signal];
  });
}

module.exports = { start };

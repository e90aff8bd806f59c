import type { Command } from 'commander';

/** The verbs that work on stores, in the toolbox as on a laptop; only the one that is asked for is loaded. */
export const storeVerbs: Readonly<Record<string, () => Promise<Command>>> = {
  backup: async () => (await import('./backup.js')).backupCommand(),
  restore: async () => (await import('./restore.js')).restoreCommand(),
  validate: async () => (await import('./validate.js')).validateCommand(),
  catalog: async () => (await import('./catalog.js')).catalogCommand(),
  audit: async () => (await import('./audit.js')).auditCommand(),
  alert: async () => (await import('./announce.js')).announceCommand('alert'),
  notify: async () => (await import('./announce.js')).announceCommand('notify'),
};

import { Command } from 'commander';
import type { Urgency } from '../notify/announce';
import { print } from './context';

/** `agente-dr alert` and `agente-dr notify`: people are told. */
export function announceCommand(verb: 'alert' | 'notify'): Command {
  const urgency: Urgency = verb === 'alert' ? 'alert' : 'notification';
  return new Command(verb)
    .description(verb === 'alert' ? 'wake people' : 'tell people')
    .argument('<text>', 'what they should know')
    .addHelpText(
      'after',
      `\nChannels: ALERTMANAGER_URL, NOTIFICATION_WEBHOOK_URL.\n\nExamples:\n  agente-dr ${verb} "DR activation: primary region down"`,
    )
    .action(async (text: string) => {
      const { announce } = await import('../notify/announce.js');
      const told = await announce(urgency, text, process.env);
      print({}, null, [`told by ${told.join(' and ')}`]);
    });
}

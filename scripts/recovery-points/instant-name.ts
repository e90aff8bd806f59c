/** A moment as part of a name, in seconds: `20261128T143000Z`. */
export const instantName = (at: Date): string => at.toISOString().replace(/[-:]|\.\d+/g, '');

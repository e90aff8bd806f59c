/** What can go wrong, by what of it is gone. */
export const disruptions = ['data', 'application', 'zone', 'region'] as const;
export type Disruption = (typeof disruptions)[number];

export const disruptionTitles: Readonly<Record<Disruption, string>> = {
  data: 'data is corrupted or deleted',
  application: 'the application fails, its data is intact',
  zone: 'an availability zone is lost',
  region: 'a region is lost',
};

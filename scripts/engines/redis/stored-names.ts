/** How the files of a recovery point are called, by the method that made it. */
export const storedNames = { rdb: 'dump.rdb.zst.age', aof: 'appendonly.tar.zst.age', keys: 'keys.zst.age' } as const;

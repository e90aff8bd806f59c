import { database, TestServer } from '../mysql-fixture';
import type { HealthyShape } from './healthy-shape';

interface MysqlShape {
  readonly title: string;
  readonly filled?: boolean;
  readonly more?: readonly string[];
  readonly install?: readonly string[];
  readonly fill?: readonly string[];
}

const shapes: readonly MysqlShape[] = [
  { title: 'no database at all', filled: false },
  { title: 'an empty database', filled: false, fill: [`CREATE DATABASE ${database}`] },
  { title: 'tables without a row', fill: ['DELETE FROM reservations', 'DELETE FROM hotels'] },
  {
    title: 'views, also one whose table is gone, triggers, events, routines, sequences and history',
    more: ['--event-scheduler=ON'],
    fill: [
      'CREATE TABLE gone (n INT)',
      'CREATE VIEW orphan AS SELECT * FROM gone',
      'DROP TABLE gone',
      "CREATE DEFINER='nobody'@'nowhere' VIEW foreign_view AS SELECT * FROM hotels",
      'CREATE EVENT hourly ON SCHEDULE EVERY 1 HOUR DO DELETE FROM hotels WHERE id < 0',
      'CREATE FUNCTION tax(price INT) RETURNS INT DETERMINISTIC RETURN price * 1.21',
      'CREATE TRIGGER after_hotel AFTER UPDATE ON hotels FOR EACH ROW SET @changed = 1',
      'CREATE SEQUENCE bill_numbers START WITH 100 INCREMENT BY 10',
      'SELECT NEXTVAL(bill_numbers)',
      'CREATE TABLE prices (room INT PRIMARY KEY, price INT, twice INT AS (price * 2) STORED, thrice INT AS (price * 3) VIRTUAL, CHECK (price > 0)) WITH SYSTEM VERSIONING',
      'INSERT INTO prices (room, price) VALUES (1, 100), (2, 120)',
      'UPDATE prices SET price = price + 1',
    ],
  },
  {
    title: 'every engine, compressed and partitioned tables',
    fill: [
      'CREATE TABLE old_style (id INT PRIMARY KEY, t TEXT, FULLTEXT (t)) ENGINE=MyISAM',
      "INSERT INTO old_style SELECT seq, CONCAT('palabra ', seq) FROM seq_1_to_500",
      'CREATE TABLE crash_safe (id INT PRIMARY KEY, t TEXT) ENGINE=Aria',
      "INSERT INTO crash_safe SELECT seq, 'x' FROM seq_1_to_500",
      'CREATE TABLE in_memory (id INT PRIMARY KEY) ENGINE=MEMORY',
      'INSERT INTO in_memory SELECT seq FROM seq_1_to_100',
      'CREATE TABLE as_text (id INT NOT NULL, v VARCHAR(20) NOT NULL) ENGINE=CSV',
      "INSERT INTO as_text VALUES (1, 'a,\"b'), (2, 'c')",
      'CREATE TABLE part_a (id INT) ENGINE=MyISAM',
      'CREATE TABLE part_b (id INT) ENGINE=MyISAM',
      'INSERT INTO part_a VALUES (1), (2)',
      'CREATE TABLE both_parts (id INT) ENGINE=MERGE UNION=(part_a, part_b)',
      'CREATE TABLE squeezed (id INT PRIMARY KEY, t TEXT) ENGINE=InnoDB ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8',
      "INSERT INTO squeezed SELECT seq, REPEAT('x', 5000) FROM seq_1_to_100",
      'CREATE TABLE nights (id INT, night DATE, PRIMARY KEY (id, night)) PARTITION BY RANGE (YEAR(night)) (PARTITION old VALUES LESS THAN (2026), PARTITION rest VALUES LESS THAN MAXVALUE)',
      "INSERT INTO nights SELECT seq, DATE_ADD('2025-06-01', INTERVAL seq DAY) FROM seq_1_to_400",
      'CREATE TABLE hashed (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 4',
      'INSERT INTO hashed SELECT seq FROM seq_1_to_100',
    ],
  },
  {
    title: 'binary columns, JSON, places, other character sets and names that must be quoted',
    fill: [
      'CREATE TABLE `weird-ñandú ``quoted`` table` (`select` INT PRIMARY KEY, `ñ` VARCHAR(20)) CHARACTER SET utf8mb4',
      "INSERT INTO `weird-ñandú ``quoted`` table` VALUES (1, '🏨'), (2, 'señor')",
      'CREATE TABLE `a.b` (n INT)',
      'CREATE TABLE bytes (id BINARY(16) PRIMARY KEY, small VARBINARY(300), big LONGBLOB, flags BIT(7), doc JSON, place POINT NOT NULL, SPATIAL INDEX (place))',
      "INSERT INTO bytes SELECT UNHEX(MD5(seq)), UNHEX(SHA2(seq, 512)), REPEAT(UNHEX('00ff0a0d'), 20000), b'1010101', JSON_OBJECT('n', seq), POINT(seq, seq) FROM seq_1_to_50",
      'CREATE TABLE latin (t VARCHAR(50), INDEX (t)) CHARACTER SET latin1',
      "INSERT INTO latin VALUES ('café'), ('ñandú')",
      'CREATE TABLE wide (t VARCHAR(100)) CHARACTER SET utf32',
      "INSERT INTO wide VALUES ('🏨')",
      'CREATE TABLE zero_dates (d DATE, t TIMESTAMP NULL, y YEAR, e ENUM("", "a"), s SET("x", "y"))',
    ],
  },
  {
    title: '300 tables and several databases, with keys between them',
    fill: [
      ...Array.from({ length: 300 }, (_, n) => `CREATE TABLE t${String(n)} (id INT AUTO_INCREMENT PRIMARY KEY, v INT)`),
      'CREATE DATABASE `other-hotel`',
      'CREATE TABLE `other-hotel`.stays (id INT PRIMARY KEY, hotel INT, parent INT, FOREIGN KEY (hotel) REFERENCES qloapps.hotels (id), FOREIGN KEY (parent) REFERENCES `other-hotel`.stays (id))',
      'INSERT INTO `other-hotel`.stays VALUES (1, 1, NULL), (2, NULL, 1), (3, 2, 2)',
      'CREATE TABLE pairs (a INT, b INT, PRIMARY KEY (a, b))',
      'CREATE TABLE of_pairs (a INT, b INT, FOREIGN KEY (a, b) REFERENCES pairs (a, b))',
      'INSERT INTO pairs VALUES (1, 2)',
      'INSERT INTO of_pairs VALUES (1, 2), (NULL, 9), (7, NULL)',
      'CREATE DATABASE empty_hotel',
    ],
  },
  {
    title: 'larger pages, a table space in parts, undo logs of their own and names in lower case',
    install: [
      '--innodb-page-size=32k',
      '--innodb-data-file-path=ibdata1:24M:autoextend',
      '--innodb-undo-tablespaces=3',
    ],
    more: [
      '--innodb-page-size=32k',
      '--innodb-data-file-path=ibdata1:24M:autoextend',
      '--innodb-undo-tablespaces=3',
      '--lower-case-table-names=1',
    ],
    fill: ['CREATE TABLE Mixed_Case (n INT PRIMARY KEY)', 'INSERT INTO mixed_case VALUES (1)'],
  },
];

export const healthyMysql: readonly HealthyShape[] = shapes.map(
  ({ title, filled = true, more = [], install = [], fill = [] }) => ({
    title: `a MariaDB: ${title}`,
    dataset: 'pms',
    kinds: ['full', 'log', 'full'],
    start: async (room) => {
      const server = await TestServer.create(room.root, 'server', 81, more, install);
      if (filled) await server.fill();
      await server.run(async (session) => {
        if (filled) await session.query(`USE ${database}`);
        for (const statement of fill) await session.query(statement);
      });
      const freshness = filled ? ['reservations'] : [];
      return { settings: { ...server.settings, freshness }, end: () => server.end('SIGKILL') };
    },
  }),
);

import { attacks, legitimate } from './test-corpus.ts'

/** Seeded numbers in [0, 1): mulberry32. */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * Statements that somebody might try: trees of a grammar in which any part may be an attack, attacks and legitimate statements that
 * are cut, joined and disguised, and heaps of keywords. Every fifth or so can be run.
 */
export function* fuzz(seed: number, count: number): Generator<string> {
  const random = createRandom(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const chance = (share: number) => random() < share
  const sources = [
    ...attacks.map(({ statement }) => statement),
    ...legitimate.map(({ statement }) => statement),
  ]

  const table = (depth: number): string => {
    if (chance(0.12)) return pick(FORBIDDEN_TABLES)
    if (depth <= 0 || chance(0.55)) return pick(TABLES)
    return pick([
      () => `(${select(depth - 1)}) AS s${depth}`,
      () => `${table(depth - 1)} ${pick(JOINS)} ${table(depth - 1)} ${pick(['USING (id)', 'ON true', ''])}`,
      () => `${table(depth - 1)}, LATERAL (${select(depth - 1)}) AS l${depth}`,
      () => `(PIVOT ${table(0)} ON is_fraud IN (0, 1) USING ${expression(0)})`,
      () => `(VALUES (${expression(depth - 1)})) AS v${depth}(id)`,
      () => `unnest([${expression(depth - 1)}]) AS u${depth}(id)`,
    ])()
  }
  const expression = (depth: number): string => {
    if (chance(0.06)) return pick(FORBIDDEN_EXPRESSIONS)
    if (depth <= 0 || chance(0.3)) return pick(LEAVES)
    const inner = () => expression(depth - 1)
    return pick([
      () => `${inner()} ${pick(OPERATORS)} ${inner()}`,
      () => `${pick(FUNCTIONS)}(${inner()})`,
      () => `(${select(depth - 1)} LIMIT 1)`,
      () => `EXISTS (${select(depth - 1)})`,
      () => `${inner()} IN (${select(depth - 1)})`,
      () => `CASE WHEN ${inner()} THEN ${inner()} ELSE ${inner()} END`,
      () => `CAST(${inner()} AS ${pick(['VARCHAR', 'INTEGER', 'DOUBLE', 'JSON', 'nothing'])})`,
      () => `list_transform([${inner()}], x -> ${inner()})`,
      () => `count(*) FILTER (WHERE ${inner()})`,
      () => `sum(id) OVER (PARTITION BY ${inner()} ORDER BY ${inner()})`,
      () => `{'a': ${inner()}}`,
    ])()
  }
  const select = (depth: number): string => {
    const parts = [
      chance(0.2) ? `WITH ${pick(CTE_NAMES)} AS (${select(depth - 1)}) ` : '',
      chance(0.1) && depth > 1 ? `WITH RECURSIVE r(id) AS (SELECT 1 UNION ${select(depth - 2)}) ` : '',
    ]
    const with_ = pick(parts)
    const body = `SELECT ${expression(depth)} AS id FROM ${table(depth)}`
    const rest = [
      chance(0.3) ? ` WHERE ${expression(depth - 1)}` : '',
      chance(0.1) ? ` GROUP BY ALL` : '',
      chance(0.1) ? ` QUALIFY ${expression(depth - 1)}` : '',
      chance(0.1) ? ` ORDER BY ${expression(depth - 1)}` : '',
      chance(0.1) ? ` LIMIT ${pick(['1', '(SELECT 1)', '10%'])}` : '',
      chance(0.08) && depth > 0 ? ` ${pick(['UNION ALL', 'EXCEPT', 'INTERSECT'])} ${select(depth - 1)}` : '',
    ].join('')
    return with_ + body + rest
  }
  const disguise = (statement: string): string =>
    pick([
      () => statement.replaceAll(' ', pick(SPACES)),
      () => `${pick(PREFIXES)}${statement}`,
      () => `${statement}${pick(SUFFIXES)}`,
      () => [...statement].map(character => (chance(0.5) ? character.toUpperCase() : character)).join(''),
      () => statement.replace(/(\w+)\(/, '"$1"('),
      () => statement.replace(/(\w+)\(/, `${pick(['main', 'system.main', 'pg_catalog', 'data'])}.$1(`),
      () => {
        const at = Math.floor(random() * statement.length)
        return statement.slice(0, at) + pick(INSERTS) + statement.slice(at + Math.floor(random() * 3))
      },
    ])()
  const mix = (): string => {
    const [a, b] = [pick(sources), pick(sources)]
    return pick([
      () => `${a}; ${b}`,
      () => `SELECT * FROM (${a}) AS a`,
      () => `WITH x AS (${a}) ${b}`,
      () => `SELECT (${a})`,
      () => `${a} UNION ALL ${b}`,
      () => a.slice(0, Math.floor(random() * a.length)) + b.slice(Math.floor(random() * b.length)),
      () => a.replace(/\bdata\b/, pick([...FORBIDDEN_TABLES, `(${b})`])),
      () => `SELECT * FROM data WHERE id IN (${a})`,
    ])()
  }
  const soup = (): string =>
    Array.from({ length: 1 + Math.floor(random() * 14) }, () => pick(TOKENS)).join(pick(['', ' ', ' ', '\n']))

  for (let index = 0; index < count; index++) {
    let statement = pick([() => select(3), () => select(2), mix, () => pick(sources), soup])()
    while (chance(0.35)) statement = disguise(statement)
    yield statement
  }
}

const TABLES = [
  'data',
  'tfd.events',
  'DATA d',
  '"data"',
  'range(3) t(id)',
  'x',
  '(SELECT 1 AS id) q',
  'unnest([1]) u(id)',
]
const FORBIDDEN_TABLES = [
  `'{canary}'`,
  `"{canary}"`,
  `read_text('{canary}')`,
  `read_csv('{canary}')`,
  `read_parquet('{parquet}')`,
  `glob('{canary}')`,
  'duckdb_settings()',
  'duckdb_views',
  'secret',
  'other.secret',
  'main.data',
  'memory.main.data',
  'information_schema.tables',
  'pg_catalog.pg_class',
  'sqlite_master',
  `query('FROM secret')`,
  `query_table('secret')`,
  '(SHOW TABLES)',
  '(DESCRIBE secret)',
]
const FORBIDDEN_EXPRESSIONS = [
  `current_setting('allowed_paths')`,
  `getvariable('x')`,
  `getenv('PATH')`,
  `(SELECT content FROM read_text('{canary}'))`,
  '(FROM secret)',
  'version()',
  `nextval('s')`,
  `json_serialize_sql('SELECT 1')`,
]
const CTE_NAMES = ['x', 'data', 'secret', 'duckdb_views', '"{canary}"', '"a.csv"', 'r']
const JOINS = ['JOIN', 'LEFT JOIN', 'CROSS JOIN', 'SEMI JOIN', 'POSITIONAL JOIN', 'NATURAL JOIN', ',']
const LEAVES = [
  'id',
  'amount',
  'merchant_id',
  '1',
  `'a'`,
  'NULL',
  '*',
  'd.id',
  'place.lat',
  'tags[1]',
  '$1',
  `'; DROP VIEW data; --'`,
]
const OPERATORS = ['+', '-', '=', '<', '||', 'AND', 'OR', 'IS DISTINCT FROM', '->', 'LIKE']
const FUNCTIONS = [
  'abs',
  'count',
  'upper',
  'max',
  'list',
  'to_json',
  'typeof',
  'len',
  'coalesce',
  'hash',
  'COLUMNS',
  'unnest',
]
const SPACES = ['\t', '\n', '/**/', ' /* ; */ ', '\u00a0', '\u200b', ' -- x\n', '\u2003', '\f']
const PREFIXES = [
  'EXPLAIN ',
  'DESCRIBE ',
  'SUMMARIZE ',
  'EXPLAIN ANALYZE ',
  '\ufeff',
  '(',
  '/* */',
  '-- \n',
  'PREPARE p AS ',
  'CREATE TABLE t AS ',
  'COPY (',
  ';',
  'FROM ',
  'WITH x AS (SELECT 1) ',
]
const SUFFIXES = [
  ';',
  '; --',
  ';;',
  ')',
  `) TO '{created}'`,
  '; DROP VIEW data',
  '\u0000',
  '; SET threads = 1',
  ' INTO t',
  ' -- {canary}',
  '/*',
  ` UNION ALL FROM secret`,
  ' $$;$$',
]
const INSERTS = [
  `'`,
  `"`,
  ';',
  '--',
  '/*',
  '*/',
  '$$',
  '(',
  ')',
  '\u0000',
  '\u200b',
  '\\',
  ',',
  '.',
  'secret',
  ' FROM ',
  '\ud800',
]
const TOKENS = [
  ...TABLES,
  ...FORBIDDEN_TABLES,
  ...LEAVES,
  ...OPERATORS,
  ...FUNCTIONS,
  ...'SELECT FROM WHERE GROUP BY ORDER LIMIT WITH AS RECURSIVE UNION ALL VALUES TABLE DESCRIBE SHOW SUMMARIZE PIVOT UNPIVOT ON USING JOIN LATERAL COPY TO ATTACH DETACH SET RESET PRAGMA CALL INSTALL LOAD EXPORT IMPORT INSERT INTO UPDATE DELETE DROP CREATE ALTER VIEW MACRO ( ) [ ] { } ; , . * : :: := => -> $1 ? # @'.split(
    ' ',
  ),
]

/** Functions over many rows, of DuckDB 1.5.5. A test compares this list with `duckdb_functions()`. */
export const isAggregate = (name: string): boolean => AGGREGATES.has(name.toLowerCase())

/** Functions and bare names whose value depends on more than their arguments: the clock, chance, the session. */
export const isVolatile = (name: string): boolean => VOLATILE.has(name.toLowerCase())

/** Names that are values without parentheses, unless a column is called so. */
export const isVolatileName = (name: string): boolean => VOLATILE_NAMES.has(name.toLowerCase())

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

const AGGREGATES = words(`
  any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_max_nulls_last arg_min arg_min_null
  arg_min_nulls_last argmax argmin array_agg avg bit_and bit_or bit_xor bitstring_agg bool_and bool_or corr count count_if count_star
  countif covar_pop covar_samp cume_dist dense_rank entropy favg fill first first_value fsum geomean geometric_mean group_concat
  histogram histogram_exact json_group_array json_group_object json_group_structure kahan_sum kurtosis kurtosis_pop lag last
  last_value lead list listagg mad max max_by mean median min min_by mode nth_value ntile percent_rank product quantile
  quantile_cont quantile_disc rank rank_dense regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy
  regr_syy reservoir_quantile row_number sem skewness stddev stddev_pop stddev_samp string_agg sum sum_no_overflow sumkahan var_pop
  var_samp variance wavg weighted_avg
`)

const VOLATILE = words(`
  ago age current_catalog current_connection_id current_database current_date current_localtime
  current_localtimestamp current_query current_query_id current_role current_schema current_schemas current_transaction_id current_user currval error gen_random_uuid get_current_time
  get_current_timestamp in_search_path nextval now random session_user setseed sleep_ms stats today transaction_timestamp
  txid_current user uuid uuidv4 uuidv7 write_log
`)

const VOLATILE_NAMES = words(`
  current_catalog current_date current_role current_schema current_time current_timestamp current_user localtime localtimestamp
  session_user user
`)

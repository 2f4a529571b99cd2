/** Functions worth completing, a few of those that statements may call: `name(arguments): what it gives`. A test runs each. */
const DESCRIBED = `
count(*): number of rows
count(value): number of values that are not null
count_if(condition): number of rows for which it holds
sum(number): sum
avg(number): mean
min(value): least value
max(value): greatest value
median(value): middle value
mode(value): most frequent value
quantile_cont(number, fraction): quantile, interpolated
approx_quantile(number, fraction): quantile, estimated in little memory
approx_count_distinct(value): number of distinct values, estimated
stddev_samp(number): standard deviation of a sample
stddev_pop(number): standard deviation of all
var_samp(number): variance of a sample
corr(y, x): correlation
regr_slope(y, x): slope of the regression line
entropy(value): entropy of the values
histogram(value): values with their counts, as a map
any_value(value): some value
arg_max(value, by): value of the row with the greatest by
arg_min(value, by): value of the row with the least by
string_agg(text, separator): texts, joined
list(value): values as a list
row_number(): number of the row in its window
rank(): rank in the window, with gaps
dense_rank(): rank in the window, without gaps
ntile(groups): number of the group of equal size
lag(value, rows): value some rows before
lead(value, rows): value some rows after
first_value(value): first value of the window
last_value(value): last value of the window
date_trunc(part, instant): instant, cut to hour, day, month …
date_diff(part, start, end): boundaries of a part between two instants
date_part(part, instant): hour, dow, epoch … of an instant
time_bucket(width, instant): begin of the interval of that width
strftime(instant, format): instant as text
strptime(text, format): text as an instant
epoch(instant): seconds since 1970
epoch_ms(instant): milliseconds since 1970
hour(instant): hour, 0 to 23
dayofweek(date): day of the week, 0 for Sunday
dayname(date): name of the day
year(date): year
month(date): month
now(): the present
to_timestamp(seconds): instant of a Unix time
abs(number): absolute value
round(number, digits): rounded
floor(number): rounded down
ceil(number): rounded up
ln(number): natural logarithm
log10(number): decimal logarithm
exp(number): exponential
sqrt(number): square root
power(base, exponent): power
greatest(a, b): the greater one
least(a, b): the lesser one
coalesce(a, b): the first that is not null
nullif(a, b): null where both are equal
lower(text): in lower case
upper(text): in upper case
trim(text): without space at its ends
length(text): number of characters
left(text, count): first characters
right(text, count): last characters
substring(text, start, count): part of a text, from 1
replace(text, from, to): text with each occurrence replaced
contains(text, part): whether it includes the part
starts_with(text, start): whether it begins so
split_part(text, separator, number): part with that number, from 1
concat(a, b): texts, joined
regexp_matches(text, pattern): whether it matches
regexp_extract(text, pattern, group): what a group of the pattern matches
regexp_replace(text, pattern, to): text with the match replaced
json_extract(json, path): part of a JSON text
json_extract_string(json, path): part of a JSON text, as text
to_json(value): value as JSON
struct_extract(struct, member): member of a struct
unnest(list): a row for each element
md5(text): MD5 in hexadecimal
sha256(text): SHA-256 in hexadecimal
hash(value): a number made of the value
typeof(value): name of its type
`

/** Name, signature and meaning, by the order of their kinds. */
export const FUNCTIONS: readonly { name: string; signature: string; description: string }[] = DESCRIBED.trim()
  .split('\n')
  .map(line => {
    const [, signature = '', name = '', description = ''] = /^((\w+)\(.*?\)): (.+)$/.exec(line) ?? []
    return { name, signature, description: `${description.charAt(0).toUpperCase()}${description.slice(1)}.` }
  })

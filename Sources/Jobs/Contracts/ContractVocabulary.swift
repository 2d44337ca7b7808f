internal import Quality
internal import Records
internal import Tables

/// The words of contract files, for the reader and the JSON Schema alike.
enum ContractVocabulary {
  typealias Field = Vocabulary.Field

  private static let severities = ContractDocument.Severity.allCases.map(\.rawValue)

  static let contract: [Field] = [
    Field("$schema", .text, "For editors that read JSON contracts."),
    Field("version", .integer(1...1), required: true, "The version of the contract language."),
    Field("columns", .map(.object(column)), "What each column must be like, by its name."),
    Field("extra-columns", .word(["allow", "error", "warn", "info"]), "Columns that are not listed. Default: allow."),
    Field("order", .word(["any", "strict"]), "`strict`: the columns come in the order of the list. Default: any."),
    Field("unique", .any, "Columns, or lists of columns, whose values together occur once."),
    Field("rows", .object(rows), "How many rows there are."),
    Field("foreign-keys", .list(.object(foreignKey)), "Columns whose values are found in another dataset."),
    Field("checks", .list(.object(check)), "Rules over several columns, and queries."),
    Field("severity", .word(severities), "What a broken rule means, unless it says otherwise. Default: error."),
  ]

  static let column: [Field] = [
    Field("type", .word(ColumnType.allCases.map(\.rawValue)), "What every value is."),
    Field("required", .flag, "Whether the column must be there. Default: true."),
    Field("missing", .any, "The share of values that may be missing: `0%`, `<= 5%`, `[1%, 5%]`."),
    Field("in", .oneOrMore(.any), "The only values that may occur."),
    Field("not-in", .oneOrMore(.any), "Values that may not occur."),
    Field("contains", .oneOrMore(.any), "Values that must each occur."),
    Field("pattern", .text, "A regular expression that whole values match."),
    Field("not-pattern", .text, "A regular expression that no whole value matches."),
    Field("length", .any, "Characters of a text: `2`, `<= 10`, `[2, 10]`."),
    Field("min-length", .integer(0...1_000_000), "Fewest characters of a text."),
    Field("max-length", .integer(0...1_000_000), "Most characters of a text."),
    Field("range", .any, "The interval of the values: `[0, 10]`, `\"[0, 10)\"`, `> 0`; `~` is no bound."),
    Field("unique", .flag, "Whether every value occurs once; missing ones are not compared."),
    Field("distinct", .any, "How many different values there are: `[1, 20]`, `<= 20`."),
    Field("increasing", .any, "`true`, `strictly`, or {`strictly`, `by`}: no value is below the one before it."),
    Field("decreasing", .any, "As `increasing`, downwards."),
    Field("freshness", .duration, "The newest time lies no longer before the run: `40d`."),
    Field("mean", .any, "The interval of the mean."),
    Field("sd", .any, "The interval of the standard deviation."),
    Field("sum", .any, "The interval of the sum."),
    Field("median", .any, "The interval of the median."),
    Field("quantiles", .map(.any), "Intervals of quantiles: `{0.99: <= 120}`."),
    Field("shares", .map(.any), "Intervals of the shares of values: `{AA: [5%, 20%]}`."),
    Field("drift", .object(drift), "How far the values may be from the step's `reference`."),
    Field("when", .text, "Only rows for which this holds are looked at: `cancelled == false`."),
    Field("mostly", .any, "The share of rows that must keep a rule over rows: `99%`. Default: all."),
    Field("severity", .any, "`error`, `warn`, `info`, or one for each rule: `{range: warn}`."),
  ]

  static let drift: [Field] = [
    Field("psi", .number(0...100), "Largest population stability index."),
    Field("ks", .number(0...1), "Largest Kolmogorov-Smirnov distance."),
  ]

  static let order: [Field] = [
    Field("strictly", .flag, "Whether equal values break it."),
    Field("by", .oneOrMore(.text), "Columns: each group of equal values is looked at for itself."),
  ]

  static let rows: [Field] = [
    Field("min", .integer(0...Int.max), "Fewest rows."),
    Field("max", .integer(0...Int.max), "Most rows."),
    Field("against", .object(against), "Against the versions before."),
    Field("severity", .word(severities), "What it means."),
  ]

  static let against: [Field] = [
    Field("last", .integer(1...1000), "Of how many versions before the median is taken. Default: 5."),
    Field("within", .any, required: true, "The share of that median by which the count may differ: `50%`."),
  ]

  static let foreignKey: [Field] = [
    Field("columns", .oneOrMore(.text), required: true, "The columns of the data."),
    Field("in", .text, required: true, "A version of a dataset: `airlines@latest`."),
    Field("key", .oneOrMore(.text), "The columns there. Default: of the same names."),
    Field("when", .text, "Only rows for which this holds are looked at."),
    Field("mostly", .any, "The share of rows that must keep it. Default: all."),
    Field("severity", .word(severities), "What it means."),
  ]

  static let check: [Field] = [
    Field("name", .text, "The check in words; a query needs one."),
    Field("rule", .text, "Comparisons joined by `and`: `dep_time <= arr_time`, `a + b == c`, `x in [1, 2]`."),
    Field("sql", .text, "A query over the table `data`: the rows that it gives break the rule."),
    Field("when", .text, "Only rows for which this holds are looked at."),
    Field("within", .number(0...1e300), "By how much equal numbers of `rule` may differ. Default: 0."),
    Field("missing", .word(["pass", "fail"]), "What a comparison with a missing value is worth. Default: pass."),
    Field("mostly", .any, "The share of rows that must keep it. Default: all."),
    Field("severity", .word(severities), "What it means."),
  ]
}

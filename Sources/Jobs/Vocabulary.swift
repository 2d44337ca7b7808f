internal import Records
internal import Store
internal import Tables

/// The words of the job language: which keys each place takes, what they hold and mean. The reader and the JSON Schema
/// for editors are both made from this table, so that they cannot disagree.
enum Vocabulary {
  /// What a value looks like.
  indirect enum Shape: Sendable {
    case text
    /// A name of a job, project, dataset or model.
    case name
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    /// A number, or the output of a step that holds it.
    case numberOrReference(ClosedRange<Double>)
    case word([String])
    /// `true` or `false`.
    case flag
    /// Something to read, of one of these kinds.
    case reference([Artifact.Kind])
    /// `90s`, `15m`, `1.5h`, `30d`.
    case duration
    /// `512MiB`, `4GiB`.
    case size
    case gateRule
    case retrainCondition
    case target
    case condition
    case list(Shape)
    /// One value, or a list of them.
    case oneOrMore(Shape)
    /// Any keys, each with such a value.
    case map(Shape)
    case object([Field])
    /// Anything, as `params` may hold.
    case any
    case command
  }

  /// A key, what it holds and what it is for.
  struct Field: Sendable {
    var name: String
    var shape: Shape
    var isRequired = false
    var help: String

    init(_ name: String, _ shape: Shape, required: Bool = false, _ help: String) {
      self.name = name
      self.shape = shape
      isRequired = required
      self.help = help
    }
  }

  /// A step kind.
  struct Kind: Sendable {
    var name: String
    var help: String
    var with: [Field]
    /// The names of its outputs and their kinds; the main output's name is empty.
    var outputs: [String: Artifact.Kind]
    /// Whether it computes on all cores, unless its `resources` say otherwise.
    var usesAllCores = false
  }

  /// More than nothing and less than all.
  static let openShare = 0.000001...0.999999

  static let job: [Field] = [
    Field("$schema", .text, "For editors that read JSON specs."),
    Field("version", .integer(1...1), required: true, "The version of the job language."),
    Field("name", .name, required: true, "The job's name; its runs are named after it."),
    Field("project", .name, "The name space of its datasets and models. Default: the site's project."),
    Field("on", .object(TriggerReader.fields), "What queues the job, again and again: in Jobs/recurring alone."),
    Field(
      "params", .map(.any), "Values that `${{ params.NAME }}` stands for; `submit --param NAME=VALUE` overrides them."),
    Field("priority", .integer(0...100), "Of the jobs that wait in one project, the highest goes first. Default: 50."),
    Field(
      "concurrency", .integer(1...1000),
      "How many runs of this name may go on at once. Default: 1, in the order of their coming."),
    Field("resources", .object(resources), "What each step may use, unless it says otherwise."),
    Field("retry", .object(retry), "How often a failing step is tried, unless it says otherwise."),
    Field("env", .map(.text), "Environment variables of the `run` steps."),
    Field("steps", .list(.object(step)), required: true, "What to do. Order follows from inputs and `needs`."),
    sandbox, network, binds, keepWork,
  ]

  // Of a job and of a step.
  private static let sandbox = Field(
    "sandbox", .word(Isolation.Sandbox.allCases.map(\.rawValue)),
    "`strict`: a command sees a read-only system, its own files and no network. Default: as the site says.")
  private static let network = Field(
    "network", .flag, "Whether a command in a sandbox has the network. Default: false.")
  private static let binds = Field(
    "binds", .oneOrMore(.text), "Absolute folders that a command in a sandbox sees too, below the site's `roots`.")
  private static let keepWork = Field(
    "keep-work", .word(WorkKeeping.allCases.map(\.rawValue)),
    "When the work folder stays, beside the step's log. Default: never.")

  static let resources: [Field] = [
    Field("cpus", .integer(1...1024), "Cores a step may use. Default: all for a built-in step, one for a command."),
    Field("memory", .size, "Memory that a step may have resident, as `4GiB`. Default: no limit."),
    Field("files", .integer(16...1_048_576), "Files that each process may have open. Default: the runner's limit."),
    Field("file-size", .size, "The largest file that a step may write. Default: 256GiB for commands."),
    Field("output", .size, "What a step may print. Default: 1GiB."),
    Field("timeout", .duration, "Time after which a step is ended, as `1h`. Default: no limit."),
  ]

  static let retry: [Field] = [
    Field("attempts", .integer(1...10), "How often a step is tried in all. Default: 1."),
    Field("backoff", .duration, "Time between two attempts, doubled each time. Default: 1s."),
  ]

  static let step: [Field] = [
    Field("id", .name, required: true, "The step's name; other steps refer to its output by it."),
    Field("uses", .word(kinds.map(\.name)), "A built-in step."),
    Field("with", .map(.any), "What the built-in step takes."),
    Field("run", .command, "A command: a list of program and arguments, or a line for the shell."),
    Field(
      "inputs", .map(.reference([.dataset, .model, .files, .metrics])), "Inputs of the command, below `inputs/NAME`."),
    Field("outputs", .map(.object(commandOutput)), "Outputs of the command, below `outputs/`."),
    Field("code", .oneOrMore(.text), "Files and folders beside the spec that the command needs."),
    Field(
      "requirements", .text,
      "A requirements file of pip beside the spec: the command runs in a virtual environment with these packages."),
    Field("env", .map(.text), "Environment variables of the command."),
    Field("needs", .oneOrMore(.text), "Steps that must be finished before."),
    Field(
      "if", .condition, "A condition: `steps.verdict.verdict == promote`. The step is skipped when it does not hold."),
    Field("timeout", .duration, "Time after which the step is ended, as `1h`."),
    Field("retry", .object(retry), "How often the step is tried when it fails."),
    Field("resources", .object(resources), "What the step may use."),
    sandbox, network, binds, keepWork,
  ]

  static let commandOutput: [Field] = [
    Field("path", .text, "Below `outputs/`. Default: the output's name."),
    Field("kind", .word(RunOptions.OutputKind.allCases.map(\.rawValue)), "Default: files."),
    Field("as", .name, "The dataset or model under which it is published."),
  ]

  /// How files are read as a table: of `snapshot` and `import`, for all steps after them.
  static let reading: [Field] = [
    Field(
      "schema", .map(.word(ColumnType.allCases.map(\.rawValue))),
      "Types of columns. Default: for the others, what all rows fit."),
    Field("missing", .oneOrMore(.text), "Words for a missing value. Default: NA, N/A, NaN, nan, null, NULL, None."),
    Field(
      "on-error", .word(ReadOptions.ErrorPolicy.allCases.map(\.rawValue)),
      "What a value does that does not fit its type, or a row of another length. Default: fail."),
    Field(
      "columns", .word(ReadOptions.ColumnsMode.allCases.map(\.rawValue)),
      "`union`: files may lack columns of others. Default: same."),
  ]

  static let kinds: [Kind] = [
    Kind(
      name: "snapshot", help: "Files as they are now become a dataset version.",
      with: [
        Field("from", .text, required: true, "A file, a folder or a glob, relative to the spec."),
        Field("dataset", .name, required: true, "The dataset that gets the version."),
        Field("format", .word(DatasetFormat.allCases.map(\.rawValue)), "`files`: nobody looks inside. Default: table."),
      ] + reading, outputs: ["": .dataset]),
    Kind(
      name: "import", help: "Files out of an archive (tar, zip, 7z, also compressed) become a dataset version.",
      with: [
        Field("archive", .text, required: true, "The archive, relative to the spec."),
        Field("select", .oneOrMore(.text), "Globs over the paths inside: `flights/2013-*.csv`. Default: all."),
        Field("dataset", .name, required: true, "The dataset that gets the version."),
        Field("format", .word(DatasetFormat.allCases.map(\.rawValue)), "`files`: nobody looks inside. Default: table."),
        Field("limits", .object(importLimits), "What an archive may unpack to."),
      ] + reading, outputs: ["": .dataset]),
    Kind(
      name: "sql", help: "What a query gives over tables, computed by DuckDB, becomes a dataset version.",
      with: [
        Field("inputs", .map(.reference([.dataset])), required: true, "The tables, by the names that the query uses."),
        Field(
          "query", .text, required: true,
          "One SELECT, or a file beside the spec whose name ends in `.sql`. It takes no `${{ }}`: see `params`."),
        Field("params", .map(.any), "Values that the query reads by `getvariable('NAME')`."),
        Field("format", .word(SQLOptions.Format.allCases.map(\.rawValue)), "Default: csv."),
        Field("dataset", .name, "The dataset that gets the version. Default: it is not published."),
        Field(
          "order", .oneOrMore(.text),
          "Columns to order the rows by, or `any`. Default: the query ends with its own ORDER BY."),
      ], outputs: ["": .dataset], usesAllCores: true),
    Kind(
      name: "validate", help: "Data is held against a contract; when it holds, the data goes on as it is.",
      with: [
        Field("data", .reference([.dataset]), required: true, "The rows."),
        Field("contract", .text, required: true, "The contract, a file relative to the spec."),
        Field("reference", .reference([.dataset]), "Data that rules over drift compare with."),
      ], outputs: ["": .dataset, "result": .contract, "failing": .dataset], usesAllCores: true),
    Kind(
      name: "profile", help: "What is in the data: columns, keys, correlations, leakage suspects.",
      with: [
        Field("data", .reference([.dataset]), required: true, "The rows."),
        Field("target", .target, "What a model will learn: columns that say it too well are named."),
      ], outputs: ["": .profile], usesAllCores: true),
    Kind(
      name: "features", help: "Columns of what sources knew at the time of each row, by a recipe that projects share.",
      with: [
        Field("data", .reference([.dataset]), required: true, "The rows that get the features."),
        Field("time", .text, required: true, "The data's column with the time as of which features may be known."),
        Field("recipe", .text, required: true, "A recipe's file, relative to the spec, or its version: `NAME@v3`."),
        Field("inputs", .map(.reference([.dataset])), required: true, "The data of each of the recipe's sources."),
        Field("as", .name, "The dataset that gets the recipe of a file as a version, for others to cite."),
        Field("dataset", .name, "The dataset that gets the version."),
      ], outputs: ["": .dataset, "recipe": .dataset], usesAllCores: true),
    Kind(
      name: "split", help: "Rows are dealt out to training, validation and test parts.",
      with: [
        Field("data", .reference([.dataset]), required: true, "The rows."),
        Field(
          "by", .word(SplitOptions.Method.allCases.map(\.rawValue)), required: true,
          "`time`: the latest rows are the test part. `group`: equal keys stay together. `hash`: so, and for ever. `random`: seeded."
        ),
        Field("column", .text, "The time or key column."),
        Field("columns", .oneOrMore(.text), "The key's columns, where there are several."),
        Field("test", .number(openShare), "Share of the rows for the test part; not needed with `folds`."),
        Field(
          "validation", .number(0...openShare.upperBound), "Share of the rows for the validation part. Default: none."),
        Field("folds", .integer(2...50), "`.fold1`, `.fold2` … instead of training and validation."),
        Field("stratify", .text, "A column whose values have the same shares in each part; for `group` and `random`."),
        Field("gap", .duration, "By `time`: rows so shortly before the next part are left out."),
        Field("key", .oneOrMore(.text), "Columns whose values may not be in two parts, else the step fails."),
        Field("seed", .integer(0...Int.max), "Seed of `group`, `hash` and `random`. Default: 0."),
      ], outputs: ["train": .dataset, "validation": .dataset, "test": .dataset], usesAllCores: true),
    train, tune, evaluate, explain, gate, promote, predict, feedback, monitor, retrain,
  ]

  static let importLimits: [Field] = [
    Field("entries", .integer(1...Int.max), "Most files. Default: 100000."),
    Field("bytes", .size, "Most bytes unpacked. Default: 64GiB."),
    Field("ratio", .number(1...1_000_000), "Most bytes unpacked for each byte packed. Default: 1000."),
    Field(
      "names", .word(ArchiveReader.Names.allCases.map(\.rawValue)),
      "`portable`: files whose names differ in case or spelling only are refused. `any`: they stay. Default: portable."),
  ]

  static func kind(_ name: String) -> Kind? { kinds.first { $0.name == name } }
}

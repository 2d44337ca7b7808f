package import Records
package import Store

/// What a step does. The kinds are closed: one `switch`, checked by the compiler.
package enum StepAction: Codable, Hashable, Sendable {
  case snapshot(SnapshotOptions)
  case `import`(ImportOptions)
  case sql(SQLOptions)
  case validate(ValidateOptions)
  case profile(ProfileOptions)
  case features(FeaturesOptions)
  case split(SplitOptions)
  case train(TrainOptions)
  case evaluate(EvaluateOptions)
  case gate(GateOptions)
  case promote(PromoteOptions)
  case predict(PredictOptions)
  case monitor(MonitorOptions)
  case retrain(RetrainOptions)
  case run(RunOptions)
}

/// What the files of a version are.
package enum DatasetFormat: String, Codable, Hashable, Sendable, CaseIterable {
  /// Rows and columns, where their names say so: they are read and described.
  case table
  /// Files, whatever is in them: nobody looks inside.
  case files
}

/// `snapshot`: files as they are now become a dataset version.
package struct SnapshotOptions: Codable, Hashable, Sendable {
  /// A file, folder or glob, relative to the spec.
  package var from: String
  package var dataset: String
  package var format: DatasetFormat
  package var reading: ReadingOptions?
}

/// `import`: files out of an archive become a dataset version.
package struct ImportOptions: Codable, Hashable, Sendable {
  /// Relative to the spec.
  package var archive: String
  /// Globs over the entries' paths; empty means all.
  package var select: [String]
  package var dataset: String
  package var format: DatasetFormat
  package var reading: ReadingOptions?
  package var limits: Limits

  package struct Limits: Codable, Hashable, Sendable {
    package var entryCount: Int
    package var totalBytes: Int
    /// Largest allowed ratio of unpacked to packed bytes.
    package var ratio: Double
    package var names: ArchiveReader.Names
  }
}

/// `sql`: what a query gives over tables becomes a dataset version.
package struct SQLOptions: Codable, Hashable, Sendable {
  package enum Format: String, Codable, Hashable, Sendable, CaseIterable { case csv, parquet }

  package enum Query: Codable, Hashable, Sendable {
    case text(String)
    /// Relative to the spec.
    case file(String)
  }

  /// A value that the query reads by `getvariable('NAME')`.
  package struct Param: Codable, Hashable, Sendable {
    package var name: String
    /// A text as it is, another value (a number, `true`, `false`, `null`) as SQL has it.
    package var value: String
    package var isText: Bool
  }

  /// The tables by their names.
  package var inputs: [RunOptions.NamedInput]
  package var query: Query
  package var params: [Param]
  package var format: Format
  /// Nil: the version is not published.
  package var dataset: String?
  /// Columns to order by, none for any order; nil: the query says its order itself.
  package var order: [String]?
}

/// `validate`: data is held against a contract; the data goes on as it is.
package struct ValidateOptions: Codable, Hashable, Sendable {
  package var data: Reference
  /// A file, relative to the spec.
  package var contract: String
  /// Data that rules over drift compare with.
  package var reference: Reference?
}

/// `profile`: what is in the data.
package struct ProfileOptions: Codable, Hashable, Sendable {
  package var data: Reference
  /// A column, or a comparison over one, that leakage is looked for against.
  package var target: String?
}

/// `split`: rows are dealt out to `.train`, `.validation` and `.test`, or to `.fold1`, `.fold2` … and `.test`.
package struct SplitOptions: Codable, Hashable, Sendable {
  package enum Method: String, Codable, Hashable, Sendable, CaseIterable { case time, group, hash, random }

  package var data: Reference
  package var by: Method
  /// One for `time`, one or more for `group` and `hash`, none for `random`.
  package var columns: [String]
  /// Shares of the rows, less than 1 in sum. 0 means that there is no such part, which only folds may do without a test.
  package var test: Double
  package var validation: Double
  /// 0 means none; else they take the place of training and validation.
  package var folds: Int
  /// A column whose values have the same shares in each part.
  package var stratify: String?
  /// Rows by `time` that are left out before the next part.
  package var gapSeconds: Double
  /// Columns whose values may not be in two parts.
  package var key: [String]
  package var seed: Int
}

/// `train`: a model version.
package struct TrainOptions: Codable, Hashable, Sendable {
  package enum Trainer: String, Codable, Hashable, Sendable, CaseIterable { case xgboost, baseline }

  package var trainer: Trainer
  package var data: Reference
  package var validation: Reference?
  /// A column, or a comparison over one: `arr_delay > 15`.
  package var target: String
  /// Nil means every column but the target's and the excluded ones.
  package var features: [String]?
  package var exclude: [String]
  /// As the trainer reads them, each value as text: `max_depth`, `eta`, …
  package var params: [String: String]
  package var rounds: Int
  package var earlyStopping: Int?
  package var seed: Int
  package var model: String
}

/// What becomes of data that is not as the model's training data was.
package struct FitOptions: Codable, Hashable, Sendable {
  /// A category that training never saw.
  package enum Unseen: String, Codable, Hashable, Sendable, CaseIterable {
    /// It counts as missing, and is told.
    case note
    case fail
  }

  /// A value that is not of the type that the model learnt.
  package enum Misfit: String, Codable, Hashable, Sendable, CaseIterable {
    case fail
    /// It is read as the type if it can be, else it counts as missing, and is told.
    case convert
  }

  package var onUnseen: Unseen
  package var onType: Misfit

  package init(onUnseen: Unseen = .note, onType: Misfit = .fail) {
    self.onUnseen = onUnseen
    self.onType = onType
  }
}

/// `evaluate`: metrics of a model on data.
package struct EvaluateOptions: Codable, Hashable, Sendable {
  package var model: Reference
  package var data: Reference
  /// Names of metrics to keep; nil means all of the task.
  package var metrics: [String]?
  package var slices: [String]
  /// The score from which on a row counts as positive.
  package var threshold: Double
  package var fit: FitOptions
}

/// `gate`: a verdict on a challenger.
package struct GateOptions: Codable, Hashable, Sendable {
  /// Metrics of the challenger.
  package var challenger: Reference
  /// A model; it is judged on the challenger's own data.
  package var champion: Reference?
  /// A drift report for rules over `drift.COLUMN.psi`.
  package var drift: Reference?
  package var require: [GateRule]
}

/// `promote`: the alias moves when the verdict is promote.
package struct PromoteOptions: Codable, Hashable, Sendable {
  package var verdict: Reference
  package var model: Reference
  package var alias: String
}

/// `predict`: rows of scores, a dataset version.
package struct PredictOptions: Codable, Hashable, Sendable {
  package var model: Reference
  package var data: Reference
  package var dataset: String
  /// Columns carried over from the data; empty means none.
  package var keys: [String]
  package var fit: FitOptions
}

/// `monitor`: drift of data against a model's training data.
package struct MonitorOptions: Codable, Hashable, Sendable {
  package var model: Reference
  package var data: Reference
  package var psiThreshold: Double
  package var pValueThreshold: Double
  package var columnShareThreshold: Double
  package var fit: FitOptions
}

/// `retrain`: the champion's recipe, replayed on newer data when a condition holds.
package struct RetrainOptions: Codable, Hashable, Sendable {
  package var model: Reference
  /// Newer data: takes the place of the dataset of that name in the recipe. Nil replays the recipe as it is.
  package var data: Reference?
  /// A drift report, for `drift`. Nil: the `monitor` step of this job that watches the same model.
  package var drift: Reference?
  /// Metrics, for conditions over metrics.
  package var scores: Reference?
  package var when: [RetrainCondition]
  /// Seconds since the model was made in which it is not retrained.
  package var cooldownSeconds: Double
}

/// `run`: a command of any language.
package struct RunOptions: Codable, Hashable, Sendable {
  package enum Command: Codable, Hashable, Sendable {
    /// Program and arguments.
    case arguments([String])
    /// A line for `/bin/sh -c`.
    case shell(String)
  }

  package enum OutputKind: String, Codable, Hashable, Sendable, CaseIterable { case dataset, model, files }

  package struct Output: Codable, Hashable, Sendable {
    package var name: String
    /// Below `outputs/`.
    package var path: String
    package var kind: OutputKind
    /// Name under which a dataset or model is published; nil: it is not.
    package var publishedAs: String?
  }

  package struct NamedInput: Codable, Hashable, Sendable {
    package var name: String
    package var reference: Reference
  }

  package struct Variable: Codable, Hashable, Sendable {
    package var name: String
    package var value: String
  }

  package var command: Command
  package var inputs: [NamedInput]
  package var outputs: [Output]
  /// Files and folders beside the spec that the command needs; copied into its work folder.
  package var code: [String]
  package var environment: [Variable]
}

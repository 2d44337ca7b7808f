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
  case tune(TuneOptions)
  case evaluate(EvaluateOptions)
  case explain(ExplainOptions)
  case gate(GateOptions)
  case promote(PromoteOptions)
  case predict(PredictOptions)
  case feedback(FeedbackOptions)
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
  /// A requirements file of pip beside the spec, installed before the command starts; nil: none.
  package var requirements: String?
}

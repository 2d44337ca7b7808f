package import Store

/// What is in a dataset version, computed from its bytes alone: the same bytes have the same description.
package struct DatasetDescription: Codable, Hashable, Sendable {
  package var format = "nightshift-dataset 1"
  package var fileCount: Int
  package var totalBytes: Int
  /// The files, at most the first 200 by path.
  package var files: [File]
  /// Nil when the files are no table that we read.
  package var rowCount: Int?
  package var columns: [Column]
  /// How it is read, where that was said.
  package var reading: ReadingOptions?
  /// Why it is not described as a table.
  package var note: String?
  /// For predictions: what made them.
  package var predictions: Predictions?
  /// The recipes that made columns of it, or of what it comes from.
  package var recipes: [RecipeCitation]?

  package struct File: Codable, Hashable, Sendable {
    package var path: String
    package var sizeBytes: Int
    package var digest: Digest

    package init(path: String, sizeBytes: Int, digest: Digest) {
      self.path = path
      self.sizeBytes = sizeBytes
      self.digest = digest
    }
  }

  /// One column's summary. Numbers that do not apply to its type are nil.
  package struct Column: Codable, Hashable, Sendable {
    package var name: String
    /// `integer`, `float`, `boolean`, `timestamp` or `string`.
    package var type: String
    package var missingCount: Int
    /// Nil when there are more than were counted.
    package var distinctCount: Int?
    package var mean: Double?
    package var standardDeviation: Double?
    /// Smallest and largest value as text.
    package var minimum: String?
    package var maximum: String?
    /// The most frequent values of text columns, most frequent first.
    package var topValues: [Value]

    package init(
      name: String, type: String, missingCount: Int, distinctCount: Int?, mean: Double? = nil,
      standardDeviation: Double? = nil, minimum: String? = nil, maximum: String? = nil, topValues: [Value] = []
    ) {
      self.name = name
      self.type = type
      self.missingCount = missingCount
      self.distinctCount = distinctCount
      self.mean = mean
      self.standardDeviation = standardDeviation
      self.minimum = minimum
      self.maximum = maximum
      self.topValues = topValues
    }
  }

  package struct Value: Codable, Hashable, Sendable {
    package var text: String
    package var count: Int

    package init(text: String, count: Int) {
      self.text = text
      self.count = count
    }
  }

  package struct Predictions: Codable, Hashable, Sendable {
    package var model: Digest
    package var data: Digest
    /// Rows with a category that training never saw, by column.
    package var unseenCategoryCounts: [String: Int]
    /// Nil in descriptions of an earlier time.
    package var fit: DataFit?
    /// From which score on `prediction` is the positive class; nil where two classes have scores alone.
    package var threshold: Double?

    package init(
      model: Digest, data: Digest, unseenCategoryCounts: [String: Int], fit: DataFit? = nil, threshold: Double? = nil
    ) {
      self.model = model
      self.data = data
      self.unseenCategoryCounts = unseenCategoryCounts
      self.fit = fit
      self.threshold = threshold
    }
  }

  package init(
    fileCount: Int, totalBytes: Int, files: [File], rowCount: Int? = nil, columns: [Column] = [], note: String? = nil,
    predictions: Predictions? = nil
  ) {
    self.fileCount = fileCount
    self.totalBytes = totalBytes
    self.files = files
    self.rowCount = rowCount
    self.columns = columns
    self.note = note
    self.predictions = predictions
  }
}

/// How a model was made, from its package alone: the recipe without which it could not be made again.
package struct ModelDescription: Codable, Hashable, Sendable {
  package var format = "nightshift-model 1"
  /// `xgboost`, `baseline`, or `run` for one that came from a command.
  package var trainer: String
  package var task: String
  package var target: String
  package var features: [Feature]
  /// Nil where a command did not say which data it learnt from.
  package var trainingData: Digest?
  package var validationData: Digest?
  package var rowCount: Int
  package var droppedRowCount: Int
  package var seed: Int
  package var parameters: [String: String]
  /// Library and version: `xgboost 1.7.4`.
  package var environment: String
  package var bestRound: Int?
  /// Metric per boosting round, by `SET METRIC`: `validation logloss`.
  package var curves: [String: [Double]]

  package struct Feature: Codable, Hashable, Sendable {
    package var name: String
    /// `numeric`, `boolean` or `categorical`.
    package var kind: String
    /// Share of the total gain, 0...1.
    package var importance: Double?

    package init(name: String, kind: String, importance: Double?) {
      self.name = name
      self.kind = kind
      self.importance = importance
    }
  }

  package init(
    trainer: String, task: String, target: String, features: [Feature], trainingData: Digest?, validationData: Digest?,
    rowCount: Int, droppedRowCount: Int, seed: Int, parameters: [String: String], environment: String, bestRound: Int?,
    curves: [String: [Double]]
  ) {
    self.trainer = trainer
    self.task = task
    self.target = target
    self.features = features
    self.trainingData = trainingData
    self.validationData = validationData
    self.rowCount = rowCount
    self.droppedRowCount = droppedRowCount
    self.seed = seed
    self.parameters = parameters
    self.environment = environment
    self.bestRound = bestRound
    self.curves = curves
  }
}

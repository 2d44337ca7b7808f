internal import Foundation
internal import Statistics
package import Tables

/// What a model was trained on and what it said to it, in bounded room, so that drift is told without reading the training
/// data again: `profile.json` of the model package.
package struct TrainingProfile: Codable, Hashable, Sendable {
  package static let fileName = "profile.json"
  package static let currentFormat = "nightshift-training-profile 1"

  /// The rows whose predictions are profiled: those of validation are as new to the model as those that will come.
  package enum PredictedRows: String, Codable, Hashable, Sendable { case training, validation }

  package var format = TrainingProfile.currentFormat
  package var rowCount: Int
  /// In the order of the model's features, without a season's time (``ModelSchema/profiledFeatures``).
  package var columns: [ColumnProfile]
  /// Its scores, the likeliest classes of a multi-class model, the middle one of several quantiles.
  package var predictions: ColumnProfile?
  package var predictedRows: PredictedRows?

  /// Reads `profile.json`. Throws ``LearningError/damagedPackage(_:)`` for what is none, and
  /// ``LearningError/unknownFormat(found:known:)`` for one of a later time.
  package init(_ bytes: [UInt8]) throws(LearningError) {
    let profile: TrainingProfile
    do { profile = try JSONDecoder().decode(TrainingProfile.self, from: Data(bytes)) } catch {
      throw .damagedPackage("\(Self.fileName) cannot be read")
    }
    guard profile.format == Self.currentFormat else {
      throw .unknownFormat(found: profile.format, known: Self.currentFormat)
    }
    guard (profile.columns + [profile.predictions].compactMap { $0 }).allSatisfy(\.isSound), profile.rowCount >= 0
    else { throw .damagedPackage("\(Self.fileName) holds counts that no data has") }
    self = profile
  }

  fileprivate init(rowCount: Int, columns: [ColumnProfile]) {
    self.rowCount = rowCount
    self.columns = columns
  }
}

/// Makes a profile of data that a model reads, in bounded memory. The same rows make the same profile, whatever the
/// batches and the number of threads.
package struct TrainingProfiler: Sendable {
  private let task: ModelSchema.Task
  private let names: [String]
  private let threads: Int
  private var columns: [ColumnProfiler]
  private var predictions: ColumnProfiler
  private var hasPredictions = false
  private var rowCount = 0

  package init(_ schema: ModelSchema, threads: Int) {
    task = schema.task
    names = schema.profiledFeatures.map(\.name)
    self.threads = threads
    columns = schema.profiledFeatures.map { ColumnProfiler($0) }
    var classes: [String]?
    if case .multiclass(let all) = schema.task { classes = all }
    predictions = ColumnProfiler("prediction", known: classes)
  }

  /// Takes in the columns that the model reads, as it reads them.
  package mutating func add(_ batch: Table) {
    rowCount += batch.rowCount
    let found = names.map { batch[$0] }
    ParallelPieces.forEach(&columns, threads: threads) { column, index in found[index].map { column.add($0) } }
  }

  /// Takes in what the model says to some rows.
  package mutating func add(_ said: Predictor.Predictions) {
    hasPredictions = true
    switch task {
    case .multiclass(let classes):
      predictions.add(
        Column(name: "prediction", storage: .strings(.init(codes: said.likeliestClasses, values: classes))))
    case .quantile(let levels):
      let middle = stride(from: levels.count / 2, to: said.scores.count, by: max(1, levels.count))
      predictions.add(Column(name: "prediction", storage: .floats(middle.map { said.scores[$0] })))
    case .regression, .binary, .ranking: predictions.add(Column(name: "prediction", storage: .floats(said.scores)))
    }
  }

  package var profile: TrainingProfile {
    var profile = TrainingProfile(rowCount: rowCount, columns: columns.map(\.profile))
    if hasPredictions { profile.predictions = predictions.profile }
    return profile
  }
}

extension ModelSchema {
  /// The features whose values say something of the data: a time goes on by itself, and tonight's are never those of
  /// training.
  package var profiledFeatures: [Feature] {
    features.filter { if case .season = $0.kind { false } else { true } }
  }
}

extension Model {
  /// Rows that the model is asked about for its profile: spread evenly, more would say little more.
  private static let predictedRowLimit = 20_000

  /// The model with the profile of what it was trained on. What it says is profiled on the validation rows, where there
  /// are any: to rows that it has learnt by heart it says something else than to new ones.
  package func profiled(_ training: Table, validation: Table?, threads: Int) throws -> Model {
    var profiler = TrainingProfiler(schema, threads: threads)
    profiler.add(training)
    let predictor = try Predictor(self, threads: threads, verify: .skip)
    let rows = validation ?? training
    let count = min(rows.rowCount, Self.predictedRowLimit)
    let spread = count == rows.rowCount ? rows : rows.gather((0..<count).map { $0 * rows.rowCount / count })
    profiler.add(try predictor.predict(spread))
    var profile = profiler.profile
    profile.predictedRows = validation == nil ? .training : .validation
    var model = self
    model.profile = profile
    return model
  }
}

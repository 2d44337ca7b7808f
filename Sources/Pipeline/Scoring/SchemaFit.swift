internal import Foundation
internal import Jobs
internal import Learning
internal import Records
internal import Tables

/// Holds data against what a model was trained on, batch by batch: brings each column to the type that the model reads,
/// and counts what differs. What `evaluate`, `gate`, `predict` and `monitor` share.
struct SchemaFit {
  private let features: [ModelSchema.Feature]
  private let options: FitOptions
  private let ignoredColumns: [String]
  private var tallies: [ColumnTally]
  private var rowCount = 0

  /// Throws ``LearningError/absentColumns(_:)`` when the data lacks columns.
  ///
  /// - Parameters:
  ///   - header: the data's columns.
  ///   - used: columns that are read for something else, such as the target.
  ///   - sample: some rows of the columns that the model does not read, to look for those that were renamed.
  init(
    _ schema: ModelSchema, _ options: FitOptions, header: [String], used: [String] = [],
    sample: ([String]) throws -> Table
  ) throws {
    features = schema.features
    self.options = options
    let names = Set(features.map(\.name))
    let others = header.filter { !names.contains($0) }
    ignoredColumns = others.filter { !used.contains($0) }
    tallies = features.map { ColumnTally($0) }
    let absent = features.filter { !header.contains($0.name) }
    guard absent.isEmpty else {
      let rows = try others.isEmpty ? nil : sample(others)
      throw LearningError.absentColumns(
        absent.map { feature in
          LearningError.Absence(
            name: feature.name, alike: rows.flatMap { Self.alike(feature, $0) },
            nearest: nearestWord(to: feature.name, among: others))
        })
    }
  }

  /// The types under which to read the model's columns. Text is brought to what it stands for here, so that `1` can be
  /// true and a value that is none can be told.
  var columnTypes: [String: ColumnType] {
    Dictionary(
      features.map { feature in
        switch feature.kind {
        case .numeric: (feature.name, options.onType == .convert ? ColumnType.string : .float)
        case .boolean, .categorical: (feature.name, .string)
        case .season: (feature.name, .timestamp)
        }
      }, uniquingKeysWith: { first, _ in first })
  }

  /// The batch as the model reads it; its other columns as they are. Throws ``LearningError/unusableColumn(name:reason:)``
  /// for a value of another type.
  mutating func fitted(_ batch: Table) throws(LearningError) -> Table {
    var table = batch
    for (index, feature) in features.enumerated() {
      guard let place = table.columns.firstIndex(where: { $0.name == feature.name }) else { continue }
      if feature.kind == .numeric || feature.kind == .boolean, case .strings(let texts) = table.columns[place].storage {
        table.columns[place].storage = try tallies[index].read(
          texts, as: feature, startRow: rowCount, canFail: options.onType == .fail)
      }
      tallies[index].count(table.columns[place])
    }
    rowCount += batch.rowCount
    return table
  }

  /// What was found in all batches. Throws with `on-unseen: fail` when there is a category that training never saw.
  func report() throws(LearningError) -> DataFit {
    let columns = tallies.compactMap(\.finding)
    if options.onUnseen == .fail, let column = columns.first(where: { $0.unseenCount > 0 }) {
      let examples = column.unseen.map { "“\($0.text)”" }.joined(separator: ", ")
      throw .unusableColumn(
        name: column.name,
        reason: "\(column.unseenCount) of \(rowCount) rows have a value that training never saw (\(examples)):"
          + " train on newer data, or set `on-unseen: note`")
    }
    return DataFit(rowCount: rowCount, ignoredColumns: ignoredColumns, columns: columns)
  }

  // MARK: Renamed columns

  private static let alikeDistance = 0.15
  private static let alikeShare = 0.9

  /// The column whose values look most like those that the feature was learnt from, if one does.
  private static func alike(_ feature: ModelSchema.Feature, _ table: Table) -> String? {
    var best: (name: String, distance: Double)?
    for column in table.columns {
      guard let distance = distance(feature, column), distance < best?.distance ?? .infinity else { continue }
      best = (column.name, distance)
    }
    return best?.name
  }

  /// Nil where they are not alike.
  private static func distance(_ feature: ModelSchema.Feature, _ column: Column) -> Double? {
    switch feature.kind {
    case .numeric:
      guard column.type == .integer || column.type == .float, let numbers = column.doubles,
        let distance = feature.seen?.distance(to: numbers)
      else { return nil }
      return distance <= alikeDistance ? distance : nil
    case .categorical(let values):
      let known = Set(values)
      guard known.count > 1 else { return nil }
      let texts = column.texts.compactMap { $0 }
      guard !texts.isEmpty else { return nil }
      let share = Double(texts.count { known.contains($0) }) / Double(texts.count)
      return share >= alikeShare ? 1 - share : nil
    case .boolean, .season: return nil
    }
  }
}

internal import Tables

/// Says of each row what was seen last at its place of the season: a baseline for what repeats itself.
package struct SeasonalNaive: Codable, Hashable, Sendable {
  /// What was seen last at one place of the season.
  struct Place: Codable, Hashable, Sendable {
    /// One a feature; nil where missing.
    var position: [Float?]
    /// One an output.
    var scores: [Double]
  }

  /// What it reads: the time first, then what seasons differ by.
  package let features: [ModelSchema.Feature]
  /// Ascending by position.
  let places: [Place]
  /// For places that were never seen.
  let fallback: [Double]

  /// More places than this are no season but a copy of the data.
  static let limitPlaces = 100_000

  /// Rows without a time, or without a value of what seasons differ by, have no place: the fallback is said of them, as of
  /// values that were never seen.
  ///
  /// - Parameters:
  ///   - outputs: row-major, what would have been the right answer to each row, with how much each row counts.
  ///   - fallback: one an output.
  init(_ season: TrainingOptions.Season, of table: Table, outputs: WeightedOutputs, fallback: [Double])
    throws(LearningError)
  {
    let features = try Self.features(season, of: table)
    let encoder = FeatureEncoder(features: features)
    let columns = try encoder.columns(of: table)
    guard case .timestamps(let times) = columns[0].storage else {
      throw .unusableColumn(name: season.time, reason: "`season` needs times, but it holds \(columns[0].type) values")
    }
    let rows = try encoder.encode(0..<table.rowCount, of: columns)
    let groups = try Self.latest(rows, times: times, width: features.count, season)
    self.features = features
    self.fallback = fallback
    places = groups.map { key, group in
      Place(
        position: key.map { $0 == Self.missing ? nil : Float(bitPattern: $0) },
        scores: outputs.mean(of: group.rows) ?? fallback)
    }.sorted { $0.isBefore($1) }
  }

  private static func features(_ season: TrainingOptions.Season, of table: Table) throws(LearningError)
    -> [ModelSchema.Feature]
  {
    guard let times = table[season.time] else {
      throw .unknownColumn(
        role: "season's time", name: season.time,
        nearest: nearestWord(to: season.time, among: table.columns.map(\.name)))
    }
    guard times.type == .timestamp else {
      throw .unusableColumn(name: season.time, reason: "`season` needs times, but it holds \(times.type) values")
    }
    let time = ModelSchema.Feature(name: season.time, kind: .season(seconds: season.seconds), seen: SeenValues(times))
    return [time] + (season.by.isEmpty ? [] : try ModelSchema.features(season.by, of: table))
  }

  /// Right answers and how much each counts.
  struct WeightedOutputs {
    /// Row-major, rows x outputs.
    var values: [Double]
    /// Outputs a row.
    var width: Int
    /// One a row; nil where all count the same.
    var weights: [Float]?

    /// One an output; nil where no row counts.
    func mean(of rows: [Int]) -> [Double]? {
      let total = rows.reduce(0) { $0 + weight($1) }
      guard total > 0 else { return nil }
      return (0..<width).map { output in
        rows.reduce(0) { $0 + weight($1) * values[$1 * width + output] } / total
      }
    }

    private func weight(_ row: Int) -> Double { weights.map { Double($0[row]) } ?? 1 }
  }

  private struct Latest {
    var time: Int64
    var rows: [Int]
  }

  /// The rows of the latest time at each place.
  private static func latest(
    _ rows: FeatureEncoder.Rows, times: [Int64], width: Int, _ season: TrainingOptions.Season
  ) throws(LearningError) -> [[UInt32]: Latest] {
    var groups: [[UInt32]: Latest] = [:]
    for row in 0..<rows.rowCount where times[row] != Column.missingInteger {
      let key = key(rows, row, width: width)
      guard !key.contains(missing) else { continue }
      let known = groups[key]?.time ?? .min
      if times[row] > known {
        groups[key] = Latest(time: times[row], rows: [row])
      } else if times[row] == known {
        groups[key]?.rows.append(row)
      }
      guard groups.count <= limitPlaces else {
        throw .invalidParameter(
          "`season` tells more than \(limitPlaces) places apart in \(season.seconds) seconds: round the times of"
            + " “\(season.time)”, or name fewer columns in `by`")
      }
    }
    return groups
  }

  /// One value of all that are no number.
  private static let missing = Float.nan.bitPattern

  private static func key(_ rows: FeatureEncoder.Rows, _ row: Int, width: Int) -> [UInt32] {
    (0..<width).map { column in
      let value = rows.values[column * rows.rowCount + row]
      // Zero has two patterns.
      return value.isNaN ? missing : value == 0 ? 0 : value.bitPattern
    }
  }

  // MARK: Answers

  /// Row-major, rows x outputs.
  func scores(_ rows: FeatureEncoder.Rows) -> [Double] {
    let known = Dictionary(
      places.map { ($0.position.map { $0?.bitPattern ?? Self.missing }, $0.scores) },
      uniquingKeysWith: { first, _ in first })
    var scores: [Double] = []
    scores.reserveCapacity(rows.rowCount * fallback.count)
    for row in 0..<rows.rowCount { scores += known[Self.key(rows, row, width: features.count)] ?? fallback }
    return scores
  }

  /// Whether it could have been made for the task.
  func fits(_ task: ModelSchema.Task) -> Bool {
    fallback.count == task.outputCount
      && places.allSatisfy { $0.scores.count == fallback.count && $0.position.count == features.count }
  }
}

extension SeasonalNaive.Place {
  /// Missing values come last.
  fileprivate func isBefore(_ other: SeasonalNaive.Place) -> Bool {
    for (left, right) in zip(position, other.position) where left != right {
      return (left ?? .infinity) < (right ?? .infinity)
    }
    return false
  }
}

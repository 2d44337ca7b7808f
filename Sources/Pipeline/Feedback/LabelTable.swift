internal import Jobs
internal import Records

/// The labels by their keys, and the prediction that counts for each: about 80 bytes a label and 8 more a score, whatever
/// the number of predictions.
struct LabelTable {
  private var places: [RowKey: Int32] = [:]
  /// By row of the labels: as the model counts them, NaN where not known.
  private(set) var labels: [Double] = []
  /// Seconds since 1970 at which each became known, NaN where that is not.
  private var times: [Double] = []
  /// How many earlier versions of the labels have had each without a break, back from the latest.
  private var depths: [Int32] = []
  private let knownAt: Double
  private let take: FeedbackOptions.Take
  /// By row: the place of the version whose prediction counts, -1 where there is none.
  private(set) var versions: [Int32] = []
  /// Rows x scores.
  private(set) var scores: [Double] = []
  let scoreCount: Int
  /// By row: whether anything was said of it at all.
  private var isPredicted: [Bool] = []

  /// - Parameters:
  ///   - scoreCount: scores of a prediction.
  ///   - knownAt: when labels without a time of their own became known.
  init(scoreCount: Int, knownAt: Timestamp, take: FeedbackOptions.Take) {
    self.scoreCount = scoreCount
    self.knownAt = Double(knownAt.seconds)
    self.take = take
  }

  /// Takes rows in. Gives the place of the first whose key was there before; nil where all are new.
  ///
  /// - Parameter times: one a row, NaN where not known; nil where all were known at `knownAt`.
  mutating func add(_ keys: [RowKey?], _ values: [Double?], _ times: [Double]?) -> Int? {
    self.times += times ?? [Double](repeating: knownAt, count: keys.count)
    for (row, key) in keys.enumerated() {
      let place = Int32(labels.count)
      labels.append(values[row] ?? .nan)
      guard let key else { continue }
      guard places.updateValue(place, forKey: key) == nil else { return Int(place) }
    }
    return nil
  }

  /// Takes in what an earlier version of the labels knew. Gives the number of labels that it and all versions since have.
  ///
  /// - Parameters:
  ///   - values: nil where it did not know the label.
  ///   - depth: 1 for the version before the latest, one more for each before that.
  mutating func wereKnown(_ keys: [RowKey?], _ values: [Double?], at moment: Timestamp, depth: Int32) -> Int {
    var count = 0
    for (row, key) in keys.enumerated() where values[row] != nil {
      guard let key, let place = places[key].map(Int.init), !labels[place].isNaN, depths[place] == depth - 1 else {
        continue
      }
      depths[place] = depth
      times[place] = Double(moment.seconds)
      count += 1
    }
    return count
  }

  /// Makes room for what earlier versions and predictions say, once all labels are in.
  mutating func close() {
    depths = [Int32](repeating: 0, count: labels.count)
    versions = [Int32](repeating: -1, count: labels.count)
    isPredicted = [Bool](repeating: false, count: labels.count)
    scores = [Double](repeating: .nan, count: labels.count * scoreCount)
  }

  /// Rows of predictions, and how many of them have a label by now that was not known when they were made.
  struct Tally {
    var rowCount = 0
    var labelledCount = 0
  }

  /// Takes a batch of predictions in.
  ///
  /// - Parameters:
  ///   - scores: rows x scores; a row with a NaN says nothing.
  ///   - version: its place in the order in which versions were made.
  mutating func join(_ keys: [RowKey?], _ scores: [Double], version: Int, made: Timestamp, _ tally: inout Tally) {
    for (row, key) in keys.enumerated() {
      tally.rowCount += 1
      guard let key, let found = places[key], !labels[Int(found)].isNaN else { continue }
      let place = Int(found)
      // What was said when the truth was known is no prediction. A NaN is at no time.
      let isEarly = Double(made.seconds) < times[place]
      if isEarly { tally.labelledCount += 1 }
      let said = scores[(row * scoreCount)..<((row + 1) * scoreCount)]
      guard !said.contains(where: \.isNaN) else { continue }
      isPredicted[place] = true
      guard isEarly, versions[place] < 0 || take == .last else { continue }
      versions[place] = Int32(version)
      self.scores.replaceSubrange((place * scoreCount)..<((place + 1) * scoreCount), with: said)
    }
  }

  var labelCount: Int { labels.count { !$0.isNaN } }

  /// Labels that nothing was said of, and those of which all was said too late.
  var unused: (unpredicted: Int, tooLate: Int) {
    var counts = (unpredicted: 0, tooLate: 0)
    for place in labels.indices where !labels[place].isNaN && versions[place] < 0 {
      if isPredicted[place] { counts.tooLate += 1 } else { counts.unpredicted += 1 }
    }
    return counts
  }

  /// Rows with a label and a prediction that counts, in the order of the labels.
  var joinedRows: [Int] { labels.indices.filter { versions[$0] >= 0 && !labels[$0].isNaN } }
}

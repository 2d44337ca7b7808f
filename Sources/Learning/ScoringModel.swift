internal import Statistics
internal import CForest

/// A model of XGBoost's, ready to score without the library: what it says is the library's answer to the last bit.
struct ScoringModel: Sendable {
  private enum Learner: Sendable {
    /// The second where the processor has what it takes: it gives the same sums, sooner.
    case forest(Forest, WideForest?)
    /// Features x outputs, then one for each output.
    case linear([Float])
  }

  let featureCount: Int
  let outputCount: Int
  private let learner: Learner
  private let transform: ScoreTransform
  /// One an output: what every row begins with.
  private let baseMargins: [Float]
  private let walks = TreeWalks()

  /// Throws ``LearningError/damagedPackage(_:)`` for what is no model of XGBoost's.
  init(json: [UInt8]) throws(LearningError) {
    let file = try BoosterFile(json)
    transform = try ScoreTransform(objective: file.objective)
    let outputCount = max(1, file.classCount, file.targetCount)
    var scores = file.baseScores
    // Linear models begin all outputs with the first of them.
    if scores.count == 1 || file.booster == "gblinear" && !scores.isEmpty {
      scores = [Float](repeating: scores[0], count: outputCount)
    }
    guard scores.count == outputCount else {
      throw .damagedPackage("model.json has \(scores.count) base scores for \(outputCount) outputs")
    }
    let margins = scores.map {
      ScoreTransform.margin(ofBaseScore: $0, objective: file.objective)
    }
    guard margins.allSatisfy(\.isFinite) else { throw .damagedPackage("model.json has an impossible base score") }
    (featureCount, baseMargins, self.outputCount) = (file.featureCount, margins, outputCount)
    if file.booster == "gblinear" {
      guard file.linearWeights.count == (featureCount + 1) * outputCount else {
        throw .damagedPackage("model.json has \(file.linearWeights.count) weights for \(featureCount) features")
      }
      learner = .linear(file.linearWeights)
    } else {
      let forest = try Forest(file, baseMargins: margins)
      learner = .forest(forest, WideForest.isAvailable ? WideForest(forest) : nil)
    }
  }

  /// Rows x outputs, row-major: the same for any number of threads.
  func scores(_ rows: FeatureEncoder.Rows, threads: Int) -> [Float] {
    computed(rows, threads: threads) { transform.apply(to: $0, outputCount: outputCount) }
  }

  /// As ``scores(_:threads:)``, before the objective's transform.
  func margins(_ rows: FeatureEncoder.Rows, threads: Int) -> [Float] { computed(rows, threads: threads) { _ in } }

  /// Rows that one worker takes at a time: about a millisecond.
  private static let pieceRows = 1024

  private func computed(
    _ rows: FeatureEncoder.Rows, threads: Int, _ finish: @Sendable (UnsafeMutableBufferPointer<Float>) -> Void
  ) -> [Float] {
    [Float](unsafeUninitializedCapacity: rows.rowCount * outputCount) { buffer, count in
      count = rows.rowCount * outputCount
      // Each range is given out once, so no two threads touch one row, and none is left when this returns.
      nonisolated(unsafe) let buffer = buffer
      ParallelPieces.forEachRange(of: rows.rowCount, size: Self.pieceRows, threads: threads) { range in
        let sums = UnsafeMutableBufferPointer(
          rebasing: buffer[range.lowerBound * outputCount..<range.upperBound * outputCount])
        for index in sums.indices { sums.initializeElement(at: index, to: baseMargins[index % outputCount]) }
        switch learner {
        case .forest(_, let wide?): wide.add(range, of: rows, outputCount: outputCount, to: sums)
        case .forest(let forest, nil): forest.add(range, of: rows, to: sums)
        case .linear(let weights): addLinear(weights, range, of: rows, to: sums)
        }
        finish(sums)
      }
    }
  }

  /// What each feature added to each margin; nil for trees that do not say how many rows came by. They and the margin of
  /// a row of which nothing is known add up to the margin.
  func contributions(_ rows: FeatureEncoder.Rows, threads: Int) -> Contributions? {
    var result = Contributions(values: [], outputCount: outputCount, featureCount: featureCount)
    let bare = baseMargins.flatMap { [Double](repeating: 0, count: featureCount) + [Double($0)] }
    result.values.reserveCapacity(rows.rowCount * bare.count)
    for _ in 0..<rows.rowCount { result.values += bare }
    switch learner {
    case .forest(let forest, _):
      guard forest.hasCovers else { return nil }
      forest.addContributions(of: rows, walks: walks.of(forest), threads: threads, to: &result)
    case .linear(let weights): addProducts(weights, rows, to: &result)
    }
    return result
  }

  private func addProducts(_ weights: [Float], _ rows: FeatureEncoder.Rows, to result: inout Contributions) {
    for row in 0..<rows.rowCount {
      for output in 0..<outputCount {
        let start = (row * outputCount + output) * (featureCount + 1)
        result.values[start + featureCount] += Double(weights[featureCount * outputCount + output])
        for feature in 0..<featureCount {
          let value = rows.values[feature * rows.rowCount + row]
          if !value.isNaN { result.values[start + feature] += Double(value * weights[feature * outputCount + output]) }
        }
      }
    }
  }

  /// Adds products one by one, as the library does: the bias first, then the features that have a value.
  private func addLinear(
    _ weights: [Float], _ range: Range<Int>, of rows: FeatureEncoder.Rows, to sums: UnsafeMutableBufferPointer<Float>
  ) {
    for (place, row) in range.enumerated() {
      for output in 0..<outputCount {
        var sum = weights[featureCount * outputCount + output] + sums[place * outputCount + output]
        for feature in 0..<featureCount {
          let value = rows.values[feature * rows.rowCount + row]
          if !value.isNaN { sum += value * weights[feature * outputCount + output] }
        }
        sums[place * outputCount + output] = sum
      }
    }
  }
}

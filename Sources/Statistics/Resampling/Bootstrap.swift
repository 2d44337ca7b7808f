/// Seeded resampling of rows with replacement: how much a statistic would differ in other samples of the same kind
/// (B. Efron, R. Tibshirani, “An introduction to the bootstrap”, 1993).
package struct Bootstrap: Hashable, Sendable {
  package var resamples: Int
  /// Of the intervals, in 0..<1.
  package var confidence: Double
  package var seed: UInt64
  package var threads: Int

  package init(resamples: Int = 1000, confidence: Double = 0.95, seed: UInt64 = 0, threads: Int = 1) {
    self.resamples = resamples
    self.confidence = confidence
    self.seed = seed
    self.threads = threads
  }

  /// The same with another sequence, so that two uses of one seed do not draw alike.
  package func stream(_ name: String) -> Bootstrap {
    var other = self
    other.seed = Mixing.hash(of: name, seed: seed)
    return other
  }

  /// What is drawn: rows, or clusters of rows that stay together (A. Davison, D. Hinkley, “Bootstrap methods and their
  /// application”, 1997, section 3.8).
  package enum Units: Sendable {
    case rows(Int)
    /// The cluster of each row, 0..<count.
    case clusters([Int32], count: Int)

    var rowCount: Int {
      switch self {
      case .rows(let count): count
      case .clusters(let clusters, _): clusters.count
      }
    }

    /// The tail at whose percentile of the resampled values a bound errs in a share of `tail` of the cases. Resamples of n
    /// clusters vary too little by sqrt(1 - 1/n), and have normal tails where Student's t belongs (T. Hesterberg, “What
    /// teachers should know about the bootstrap”, The American Statistician 69, 2015, section 3.4: the expanded
    /// percentile interval). Rows are too many for it to matter.
    func percentile(ofTail tail: Double) -> Double {
      guard case .clusters(_, let count) = self, tail > 0, tail < 0.5 else { return tail }
      let t = Distribution.studentQuantile(1 - tail, degreesOfFreedom: Double(count - 1))
      return Distribution.normalSurvival(t / Self.shrinkage(count))
    }

    /// The contrary: how often a bound at the percentile errs.
    func tail(ofPercentile percentile: Double) -> Double {
      guard case .clusters(_, let count) = self, percentile > 0, percentile < 0.5 else { return percentile }
      let z = -Distribution.normalQuantile(percentile)
      return Distribution.studentSurvival(z * Self.shrinkage(count), degreesOfFreedom: Double(count - 1))
    }

    private static func shrinkage(_ count: Int) -> Double { (1 - 1 / Double(count)).squareRoot() }
  }

  /// `statistic` of each resample, resamples x width, row-major; the same whatever the number of threads.
  ///
  /// - Parameters:
  ///   - width: how many numbers the statistic gives.
  ///   - statistic: the numbers, NaN where undefined, from how often each row is in the resample. More than 255 times has
  ///     a probability below 1e-500.
  package func distribution(
    of units: Units, width: Int, _ statistic: @Sendable (Span<UInt8>) -> [Double]
  ) -> [Double] {
    var values = [Double](repeating: .nan, count: resamples * width)
    let rowCount = units.rowCount
    guard rowCount > 0, width > 0 else { return values }
    values.withUnsafeMutableBufferPointer { buffer in
      // Each resample fills numbers of its own.
      nonisolated(unsafe) let buffer = buffer
      ParallelPieces.forEach(
        resamples, threads: threads, begin: { [UInt8](repeating: 0, count: rowCount) }
      ) { counts, index in
        var random = SeededGenerator(seed: seed, stream: index)
        counts.withUnsafeMutableBufferPointer { Self.draw(units, &random, $0) }
        let numbers = statistic(counts.span)
        for place in 0..<width { buffer[index * width + place] = numbers[place] }
      }
    }
    return values
  }

  private static func draw(
    _ units: Units, _ random: inout SeededGenerator, _ counts: UnsafeMutableBufferPointer<UInt8>
  ) {
    switch units {
    case .rows(let rowCount):
      counts.update(repeating: 0)
      for _ in 0..<rowCount { counts[random.below(rowCount)] &+= 1 }
    case .clusters(let clusters, let count):
      var drawn = [UInt8](repeating: 0, count: count)
      for _ in 0..<count { drawn[random.below(count)] &+= 1 }
      for (row, cluster) in clusters.enumerated() { counts[row] = drawn[Int(cluster)] }
    }
  }

  /// Of fewer clusters resamples say too little: of 5 there are 126 different ones.
  package static let minimumClusters = 10

  /// The interval of the column `index` of a distribution of `width` columns; nil where a tenth or more of the resamples
  /// leave it undefined or infinite, as then the others are no fair sample of what could have been, and where all are
  /// equal, as then they do not tell how it may differ.
  package func interval(_ distribution: [Double], _ index: Int, width: Int, _ method: Interval.Method) -> Interval? {
    let values = stride(from: index, to: distribution.count, by: width).map { distribution[$0] }.filter(\.isFinite)
    guard values.count * 10 > resamples * 9, let first = values.first, values.contains(where: { $0 != first }) else {
      return nil
    }
    return Interval(bootstrap: values, confidence: confidence, method)
  }
}

/// Looks where a loss is largest, and says how likely such a slice is by chance, given how many were looked at.
///
/// The loss of each slice is compared with that of all rows, in units of its spread when rows fall into slices at random:
/// z = (mean of the slice - mean) / (s sqrt(1/n - 1/N)). The p-value is the share of permutations of the losses in which
/// the largest z of all slices is as large (the single-step max T procedure: P. Westfall, S. Young, “Resampling-based
/// multiple testing”, 1993, algorithm 2.8), so that with no difference anywhere, the chance of any false alarm at p <= a
/// is at most a, however many slices there are and however they overlap.
package struct SliceSearch: Sendable {
  package struct Finding: Equatable, Sendable {
    /// The place of the grouping and of the group in it.
    package var grouping: Int
    package var group: Int
    package var rowCount: Int
    package var meanLoss: Double
    package var z: Double
    /// In 1 / (permutations + 1)...1.
    package var pValue: Double
  }

  package let meanLoss: Double
  /// The slices that have rows enough, but not all rows.
  package let triedCount: Int
  /// The slices whose loss is above the mean, the largest z first.
  package let findings: [Finding]

  /// - Parameters:
  ///   - losses: one a row.
  ///   - groupings: of the same rows.
  ///   - minimumRows: slices of fewer rows are not tried.
  ///   - bootstrap: how many permutations, and the seed.
  package init(losses: [Double], groupings: [Grouping], minimumRows: Int, _ bootstrap: Bootstrap) {
    let total = Double(losses.count)
    let mean = losses.reduce(0, +) / total
    meanLoss = mean
    let centred = losses.map { $0 - mean }
    let variance = centred.reduce(0) { $0 + $1 * $1 } / max(1, total - 1)
    let slices = groupings.enumerated().flatMap { Candidate.all(of: $1, at: $0, losses.count, minimumRows) }
    triedCount = slices.count
    guard variance > 0, !slices.isEmpty else {
      findings = []
      return
    }
    let found = Self.scores(centred, groupings, slices, variance)
    let largest = Self.largestScores(centred, groupings, slices, variance, bootstrap).sorted()
    findings = slices.indices.filter { found[$0] > 0 }.sorted { found[$0] > found[$1] }.map { index in
      let slice = slices[index]
      // Rounding must not make a score smaller than its own in another order of rows.
      let below = Self.countBelow(found[index] - 1e-9, largest)
      return Finding(
        grouping: slice.grouping, group: slice.group, rowCount: slice.rowCount,
        meanLoss: mean + found[index] * slice.spread(variance, total), z: found[index],
        pValue: Double(largest.count - below + 1) / Double(largest.count + 1))
    }
  }

  private struct Candidate: Sendable {
    var grouping: Int
    var group: Int
    var rowCount: Int

    static func all(of grouping: Grouping, at place: Int, _ total: Int, _ minimumRows: Int) -> [Candidate] {
      var counts = [Int](repeating: 0, count: grouping.labels.count)
      for code in grouping.codes { counts[Int(code)] += 1 }
      return counts.indices.filter { counts[$0] >= minimumRows && counts[$0] < total }.map {
        Candidate(grouping: place, group: $0, rowCount: counts[$0])
      }
    }

    /// The standard deviation of the slice's mean when rows fall into slices at random.
    func spread(_ variance: Double, _ total: Double) -> Double {
      (variance * (1 / Double(rowCount) - 1 / total)).squareRoot()
    }
  }

  private static func countBelow(_ value: Double, _ sorted: [Double]) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The z of each slice.
  private static func scores(
    _ centred: [Double], _ groupings: [Grouping], _ slices: [Candidate], _ variance: Double
  ) -> [Double] {
    let sums = groupings.map { grouping in
      var sums = [Double](repeating: 0, count: grouping.labels.count)
      for (row, code) in grouping.codes.enumerated() { sums[Int(code)] += centred[row] }
      return sums
    }
    return slices.map { slice in
      sums[slice.grouping][slice.group] / Double(slice.rowCount) / slice.spread(variance, Double(centred.count))
    }
  }

  /// The largest z of each permutation.
  private static func largestScores(
    _ centred: [Double], _ groupings: [Grouping], _ slices: [Candidate], _ variance: Double, _ bootstrap: Bootstrap
  ) -> [Double] {
    var largest = [Double](repeating: 0, count: bootstrap.resamples)
    largest.withUnsafeMutableBufferPointer { largest in
      // Each permutation fills a place of its own.
      nonisolated(unsafe) let largest = largest
      ParallelPieces.forEach(bootstrap.resamples, threads: bootstrap.threads, begin: { centred }) { losses, index in
        // From the same order each time, so that a permutation depends on its number alone.
        losses.withUnsafeMutableBufferPointer { losses in
          for row in centred.indices { losses[row] = centred[row] }
          var random = SeededGenerator(seed: bootstrap.seed, stream: index)
          random.shuffle(losses)
        }
        largest[index] = scores(losses, groupings, slices, variance).max() ?? 0
      }
    }
    return largest
  }
}

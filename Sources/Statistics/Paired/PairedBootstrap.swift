internal import Dispatch
internal import Synchronization

/// How rows are drawn again.
package struct Resampling: Equatable, Sendable {
  package var seed: UInt64
  /// How often.
  package var count: Int
  /// The result does not depend on it.
  package var threads: Int

  package init(seed: UInt64, count: Int, threads: Int) {
    self.seed = seed
    self.count = count
    self.threads = threads
  }
}

/// The difference of any metric between two models, by drawing the same rows with replacement for both (B. Efron and
/// R. J. Tibshirani, “An Introduction to the Bootstrap”, 1993, section 13.3: the percentile method).
///
/// Resample r depends on the seed and r alone, so the same differences come out whatever the number of threads.
struct PairedBootstrap {
  /// Of each resample, sorted; those where the metric is undefined are left out.
  private let differences: [Double]
  private let resampleCount: Int

  init(challenger: ResampledMetric, champion: ResampledMetric, rowCount: Int, _ resampling: Resampling) {
    let drawn = Self.map(resampling.count, threads: resampling.threads) { resample -> Double in
      let weights = Self.weights(resample, seed: resampling.seed, rowCount: rowCount)
      guard let first = challenger.value(weights), let second = champion.value(weights) else { return .nan }
      return first - second
    }
    differences = drawn.filter { !$0.isNaN }.sorted()
    resampleCount = resampling.count
  }

  /// How many resamples left the metric undefined.
  var undefinedCount: Int { resampleCount - differences.count }

  /// The bounds are order statistics, and the p-value is the share of resamples on the wrong side, itself counted among
  /// them, so that it is never 0 and both say the same; an undefined resample counts as one on the wrong side.
  func bounds(_ confidence: Double) -> (lower: Double, upper: Double) {
    let place = min(max(0, Int((1 - confidence) * Double(resampleCount + 1)) - 1), differences.count - 1)
    return (differences[place], differences[differences.count - 1 - place])
  }

  func pValue(_ hypothesis: PairedHypothesis) -> Double {
    let wrong = differences.count { hypothesis.side == .above ? $0 <= hypothesis.margin : $0 >= hypothesis.margin }
    return Double(1 + wrong + undefinedCount) / Double(resampleCount + 1)
  }

  /// How often each row is drawn in a resample: `rowCount` draws.
  static func weights(_ resample: Int, seed: UInt64, rowCount: Int) -> [UInt32] {
    var stream = Stream(seed: seed, resample: resample)
    var weights = [UInt32](repeating: 0, count: rowCount)
    for _ in 0..<rowCount { weights[stream.below(rowCount)] &+= 1 }
    return weights
  }

  /// SplitMix64 from a start that seed and resample give.
  private struct Stream {
    private var state: UInt64

    init(seed: UInt64, resample: Int) {
      // Two mixings, so that neighbouring seeds and resamples start far apart.
      state = Mixing.mixed(Mixing.mixed(seed) &+ UInt64(resample) &* 0xD134_2543_DE82_EF95)
    }

    /// By the high half of a product (D. Lemire, “Fast random integer generation in an interval”, 2019), whose bias of
    /// limit / 2^64 no test here can see.
    mutating func below(_ limit: Int) -> Int {
      defer { state &+= 0x9E37_79B9_7F4A_7C15 }
      return Int(Mixing.mixed(state).multipliedFullWidth(by: UInt64(limit)).high)
    }
  }

  /// `piece` of 0..<count, in order, on so many threads.
  private static func map(_ count: Int, threads: Int, _ piece: @Sendable (Int) -> Double) -> [Double] {
    let next = Atomic(0)
    return [Double](unsafeUninitializedCapacity: count) { buffer, initialised in
      initialised = count
      // Each place is given out once, so no two threads touch one element.
      nonisolated(unsafe) let places = buffer
      withoutActuallyEscaping(piece) { piece in
        DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
          while true {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            places[index] = piece(index)
          }
        }
      }
    }
  }
}

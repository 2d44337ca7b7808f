extension ProfileDocument {
  /// One column. What does not apply to its type is nil.
  package struct Column: Codable, Hashable, Sendable {
    package var name: String
    /// `integer`, `float`, `boolean`, `timestamp` or `string`.
    package var type: String
    /// Of values that are there.
    package var count: Int
    package var missingCount: Int
    package var distinct: Count
    /// As text, at most 80 letters; times are RFC 3339.
    package var minimum: String?
    package var maximum: String?
    package var numbers: Numbers?
    package var texts: Texts?
    package var times: Times?
    package var histogram: Histogram?
    /// The most frequent first, at most 12.
    package var topValues: [TopValue]

    package init(
      name: String, type: String, count: Int, missingCount: Int, distinct: Count, minimum: String?, maximum: String?,
      topValues: [TopValue]
    ) {
      self.name = name
      self.type = type
      self.count = count
      self.missingCount = missingCount
      self.distinct = distinct
      self.minimum = minimum
      self.maximum = maximum
      self.topValues = topValues
    }
  }

  package struct TopValue: Codable, Hashable, Sendable {
    /// At most 80 letters; a longer one ends with `…`.
    package var text: String
    /// At least this often.
    package var count: Int
    /// By how much the count may be too small; 0 means that it is exact.
    package var countError: Int

    package init(text: String, count: Int, countError: Int) {
      self.text = text
      self.count = count
      self.countError = countError
    }
  }

  package struct Quantile: Codable, Hashable, Sendable {
    /// Share of the values that are not larger, 0...1.
    package var share: Double
    package var value: Double

    package init(share: Double, value: Double) {
      self.share = share
      self.value = value
    }
  }

  /// Of integers, floats and booleans (1 is true). Infinite values count as such and nowhere else.
  package struct Numbers: Codable, Hashable, Sendable {
    package var mean: Double?
    /// With n - 1 below the sum of squares.
    package var standardDeviation: Double?
    /// Adjusted Fisher-Pearson coefficient.
    package var skewness: Double?
    package var zeroCount: Int
    package var negativeCount: Int
    package var infiniteCount: Int
    package var quantiles: [Quantile]
    /// The largest error of a quantile's share; 0 means exact, between two values by linear interpolation.
    package var rankError: Double

    package init(
      mean: Double?, standardDeviation: Double?, skewness: Double?, zeroCount: Int, negativeCount: Int,
      infiniteCount: Int, quantiles: [Quantile], rankError: Double
    ) {
      self.mean = mean
      self.standardDeviation = standardDeviation
      self.skewness = skewness
      self.zeroCount = zeroCount
      self.negativeCount = negativeCount
      self.infiniteCount = infiniteCount
      self.quantiles = quantiles
      self.rankError = rankError
    }
  }

  /// Lengths are Unicode scalars.
  package struct Texts: Codable, Hashable, Sendable {
    package var minimumLength: Int
    package var meanLength: Double
    package var maximumLength: Int
    /// Exact below 1,024, by at most 0.2 % too small above.
    package var lengthQuantiles: [Quantile]
    /// Nothing but white space.
    package var blankCount: Int
    /// White space before or after other letters.
    package var paddedCount: Int
    /// Share of the values that read as `integer`, `number`, `date`, `email`, `uuid` or `url`; those above nothing.
    package var looksLike: [String: Double]

    package init(
      minimumLength: Int, meanLength: Double, maximumLength: Int, lengthQuantiles: [Quantile], blankCount: Int,
      paddedCount: Int, looksLike: [String: Double]
    ) {
      self.minimumLength = minimumLength
      self.meanLength = meanLength
      self.maximumLength = maximumLength
      self.lengthQuantiles = lengthQuantiles
      self.blankCount = blankCount
      self.paddedCount = paddedCount
      self.looksLike = looksLike
    }
  }

  package struct Times: Codable, Hashable, Sendable {
    /// Time in which there is no value.
    package struct Gap: Codable, Hashable, Sendable {
      package var from: String
      package var to: String
      package var seconds: Double

      package init(from: String, to: String, seconds: Double) {
        self.from = from
        self.to = to
        self.seconds = seconds
      }
    }

    /// `increasing`, `not decreasing` or `none`: as the rows come.
    package var order: String
    /// The largest, at most five. Nil where the times come in no order and are too many to be sorted.
    package var largestGaps: [Gap]?
    /// The most frequent distance of a time to the next, and the share of all distances that are this.
    package var stepSeconds: Double?
    package var stepShare: Double?

    package init(order: String, largestGaps: [Gap]?, stepSeconds: Double?, stepShare: Double?) {
      self.order = order
      self.largestGaps = largestGaps
      self.stepSeconds = stepSeconds
      self.stepShare = stepShare
    }
  }

  /// Counts of values in bins of equal width. The first and the last take in what lies far outside.
  package struct Histogram: Codable, Hashable, Sendable {
    /// Ascending, one more than bins; a bin is from its edge up to, not with, the next, but for the last. Times are
    /// seconds since 1970.
    package var edges: [Double]
    package var counts: [Int]
    /// The largest error of a count, as a share of the values; 0 means exact.
    package var error: Double

    package init(edges: [Double], counts: [Int], error: Double) {
      self.edges = edges
      self.counts = counts
      self.error = error
    }
  }
}

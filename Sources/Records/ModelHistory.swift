/// How a model did over its nights: a point for each at which it was watched or its predictions came true. A pure function
/// of the records of runs, so that it can always be made again.
package struct ModelHistory: Codable, Hashable, Sendable {
  package var format = "nightshift-history 1"
  /// Oldest first, at most ``limit``, the newest.
  package var drift: [Drift]
  /// By the dates of predictions, oldest first, at most ``limit``: as the newest report has them, and before its first
  /// date as earlier ones had.
  package var performance: [PerformanceDocument.Period]
  /// The nights on which a condition asked for retraining.
  package var retrainings: [Retraining]

  /// A little more than a year of nights.
  package static let limit = 400

  package struct Drift: Codable, Hashable, Sendable {
    package var night: Timestamp
    package var isDrifted: Bool
    /// The largest of the model's columns.
    package var largestPSI: Double?
    package var largestColumn: String?
    /// Of what the model says.
    package var predictionPSI: Double?
    /// Share of the model's columns, 0...1.
    package var driftedShare: Double

    package init(
      night: Timestamp, isDrifted: Bool, largestPSI: Double?, largestColumn: String?, predictionPSI: Double?,
      driftedShare: Double
    ) {
      self.night = night
      self.isDrifted = isDrifted
      self.largestPSI = largestPSI
      self.largestColumn = largestColumn
      self.predictionPSI = predictionPSI
      self.driftedShare = driftedShare
    }

    package init(night: Timestamp, _ document: DriftDocument) {
      self.night = night
      isDrifted = document.isDrifted
      let features = document.columns.filter { $0.role == "feature" }
      let largest = features.max { ($0.psi, $1.name) < ($1.psi, $0.name) }
      (largestPSI, largestColumn) = (largest?.psi, largest?.name)
      predictionPSI = document.columns.first { $0.role == "prediction" }?.psi
      driftedShare = Double(features.count(where: \.isDrifted)) / Double(max(1, features.count))
    }
  }

  package struct Retraining: Codable, Hashable, Sendable {
    package var night: Timestamp
    package var because: String
    package var isQueued: Bool

    package init(night: Timestamp, because: String, isQueued: Bool) {
      self.night = night
      self.because = because
      self.isQueued = isQueued
    }
  }

  /// - Parameters:
  ///   - drift: any number of nights, oldest first.
  ///   - performance: by the dates of predictions, oldest first.
  package init(drift: [Drift], performance: [PerformanceDocument.Period], retrainings: [Retraining]) {
    self.drift = Array(drift.suffix(Self.limit))
    self.performance = Array(performance.suffix(Self.limit))
    self.retrainings = Array(retrainings.suffix(Self.limit))
  }
}

package import Records

/// What pages tell that no record holds: the moment they stand for, and what the settings of today say.
package struct SiteTerms: Sendable {
  /// The name of the site's folder, or what `nightshift.yaml` calls it.
  package var siteName: String
  package var now: Timestamp
  /// How often a run is expected.
  package var expectedSeconds: Int?
  /// When each recurring job is due next.
  package var due: [String: Timestamp]
  /// Specs that were rejected on the day of `now` or the day before.
  package var rejectedCount: Int

  package init(
    siteName: String, now: Timestamp, expectedSeconds: Int? = nil, due: [String: Timestamp] = [:],
    rejectedCount: Int = 0
  ) {
    self.siteName = siteName
    self.now = now
    self.expectedSeconds = expectedSeconds
    self.due = due
    self.rejectedCount = rejectedCount
  }

  /// When the next run is expected at the latest.
  var expectedBy: Timestamp? { expectedSeconds.map { Timestamp(seconds: now.seconds + $0) } }
}

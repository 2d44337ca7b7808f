/// What `tune` tried, trial by trial.
package struct TrialsDocument: Codable, Hashable, Sendable {
  package var format = "nightshift-trials 1"

  package init() {}
}

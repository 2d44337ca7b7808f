/// How predictions came true: what `feedback` gives.
package struct PerformanceDocument: Codable, Hashable, Sendable {
  package var format = "nightshift-performance 1"

  package init() {}
}

/// Why a statistic cannot be computed, in one sentence.
package struct StatisticsError: Error, Equatable, Sendable, CustomStringConvertible {
  package var description: String

  init(_ description: String) { self.description = description }
}

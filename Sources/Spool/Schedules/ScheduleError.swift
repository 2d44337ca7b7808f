/// Why a schedule cannot be understood, and how to write it.
package struct ScheduleError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

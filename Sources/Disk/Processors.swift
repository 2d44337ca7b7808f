internal import CPosix

/// The machine's processors.
package enum Processors {
  /// How many of them this process may use; at least 1.
  package static let count = Int(posix_processor_count())
}

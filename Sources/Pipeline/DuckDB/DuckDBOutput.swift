internal import Disk
internal import Glibc
internal import SystemPackage

/// What DuckDB prints. At its end the exit status is looked at: a query that failed throws, and what came before it is
/// not all.
final class DuckDBOutput: ByteStream {
  private let process: PipedProcess
  /// Its files must stay as long as they are read.
  private let session: DuckDBSession
  private let errors: FilePath
  private let queryOffset: Int?
  private var isOver = false

  /// More of what went wrong nobody reads.
  private static let limitErrorBytes = 64 << 10

  /// - Parameter queryOffset: where the user's query begins in the statement, in bytes.
  init(process: PipedProcess, session: DuckDBSession, errors: FilePath, queryOffset: Int?) {
    self.process = process
    self.session = session
    self.errors = errors
    self.queryOffset = queryOffset
  }

  func next() throws -> [UInt8]? {
    guard !isOver else { return nil }
    if let block = try process.next() { return block }
    isOver = true
    switch process.ending() {
    case .exited(0): return nil
    case .signalled(let signal) where signal == SIGKILL:
      throw DuckDBFailure(text: "DuckDB was killed, by the kernel for lack of memory or by somebody")
    case .signalled(let signal): throw DuckDBFailure(text: "DuckDB was ended by signal \(signal)")
    default:
      let said = try session.disk.open(errors).read(count: Self.limitErrorBytes, at: 0)
      throw DuckDBFailure(said, queryOffset: queryOffset, told: session.told)
    }
  }
}

internal import CXGBoost
internal import Glibc

/// The XGBoost library, loaded once in a process when it is first needed.
struct XGBoostLibrary: Sendable {
  /// Immutable after loading; C functions may be called from any thread.
  let functions: xgboost_functions
  /// `1.7.4`.
  let version: String

  private static let loaded = Result { () throws(LearningError) in try load() }

  /// Throws ``LearningError/noLibrary(tried:reason:)``.
  static func shared() throws(LearningError) -> XGBoostLibrary { try loaded.get() }

  private static func load() throws(LearningError) -> XGBoostLibrary {
    let names: [String]
    if let path = getenv("NIGHTSHIFT_XGBOOST").map({ String(cString: $0) }), !path.isEmpty {
      names = [path]
    } else {
      names = ["libxgboost.so.0", "libxgboost.so"]
    }
    var reason = ""
    for name in names {
      guard let library = dlopen(name, RTLD_NOW | RTLD_LOCAL) else {
        reason = dlerror().map { String(cString: $0) } ?? "it cannot be loaded"
        continue
      }
      return try XGBoostLibrary(library, name: name)
    }
    throw .noLibrary(tried: names, reason: reason)
  }

  private init(_ library: UnsafeMutableRawPointer, name: String) throws(LearningError) {
    let table = UnsafeMutablePointer<xgboost_functions>.allocate(capacity: 1)
    defer { table.deallocate() }
    memset(table, 0, MemoryLayout<xgboost_functions>.size)
    if let missing = xgboost_bind(library, table) {
      throw .noLibrary(tried: [name], reason: "it lacks \(String(cString: missing))")
    }
    functions = table.pointee
    var (major, minor, patch) = (Int32(0), Int32(0), Int32(0))
    functions.XGBoostVersion(&major, &minor, &patch)
    version = "\(major).\(minor).\(patch)"
    guard (major, minor) >= (1, 7) else {
      throw .noLibrary(tried: [name], reason: "it is version \(version), and 1.7 or later is needed")
    }
    try check(functions.XGBSetGlobalConfig("{\"verbosity\": 0}"))
  }

  /// Turns a return code into an error; the library's C++ stack trace is cut off.
  func check(_ code: Int32) throws(LearningError) {
    guard code != 0 else { return }
    let text = functions.XGBGetLastError().map { String(cString: $0) } ?? "unknown error"
    let message = text.split(separator: "\n").first.map(String.init) ?? text
    // `[12:34:56] ./src/learner.cc:123: ` before the message means nothing to its readers.
    let parts = message.split(separator: ": ", maxSplits: 1)
    throw .library(parts.count == 2 && parts[0].contains(".cc") ? String(parts[1]) : message)
  }
}

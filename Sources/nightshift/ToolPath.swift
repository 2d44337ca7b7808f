internal import Glibc

/// The absolute path of this very tool.
func toolPath() throws -> String {
  guard let path = realpath("/proc/self/exe", nil) else {
    throw Refusal(status: .fault, description: "the tool cannot find its own path below /proc")
  }
  defer { free(path) }
  return String(cString: path)
}

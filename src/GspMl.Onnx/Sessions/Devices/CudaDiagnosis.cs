namespace GspMl.Onnx.Sessions.Devices;

/// <summary>Why CUDA cannot be used on a machine, and what to do about it: all that is missing at once,
/// so that nobody mends it piece by piece.</summary>
internal static class CudaDiagnosis
{
    private const string Package = "Microsoft.ML.OnnxRuntime.Gpu";

    // What ONNX Runtime and CUDA say when an allocation fails.
    private static readonly string[] MemoryFailures =
        ["Failed to allocate memory", "out of memory", "Available memory of", "CUBLAS_STATUS_ALLOC_FAILED"];

    /// <summary>Sentences for the person who asked for CUDA.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="device">The number of the GPU that was asked for.</param>
    /// <param name="failure">What ONNX Runtime said.</param>
    public static string Of(CudaMachine machine, int device, string failure)
    {
        var findings = machine.HasProvider ? Findings(machine, device).ToList() : [WithoutProvider()];
        if (findings.Count == 0) findings.Add(IsMemory(failure)
            ? $"The memory of GPU {device} does not suffice; smaller batches take less. {failure}" : failure);
        return $"CUDA is not available. {string.Join(' ', findings)}";
    }

    private static bool IsMemory(string failure) => MemoryFailures.Any(text => failure.Contains(text, StringComparison.OrdinalIgnoreCase));

    private static string WithoutProvider() =>
        $"The ONNX Runtime in use is the one for the CPU: take the package {Package} "
        + "in place of Microsoft.ML.OnnxRuntime, or the tool gspml-cuda in place of gspml. "
        + $"It needs Linux or Windows, an NVIDIA GPU with driver {CudaLibraries.LeastDriver} or later, "
        + $"CUDA {CudaLibraries.CudaMajor} and cuDNN {CudaLibraries.CudnnMajor}.";

    private static IEnumerable<string> Findings(CudaMachine machine, int device)
    {
        var libraries = CudaLibraries.Of(machine.IsWindows);
        if (Driver(machine.Driver(), libraries, device) is { } driver) yield return driver;
        var missing = libraries.Cuda.Where(name => !machine.CanLoad(name)).ToList();
        if (missing.Count > 0)
            yield return $"CUDA {CudaLibraries.CudaMajor} is not found ({string.Join(", ", missing)}): {CudaRemedy(machine.IsWindows)}.";
        if (!machine.CanLoad(libraries.Cudnn))
            yield return $"cuDNN {CudaLibraries.CudnnMajor} is not found ({libraries.Cudnn}): {CudnnRemedy(machine.IsWindows)}.";
    }

    private static string? Driver(CudaDriver? driver, CudaLibraries libraries, int device)
    {
        if (driver is null)
            return $"There is no NVIDIA driver ({libraries.Driver}): install driver {CudaLibraries.LeastDriver} or later; "
                + "a container must be started with its GPUs (--gpus all).";
        if (driver.Version < 1000 * CudaLibraries.CudaMajor)
            return $"The NVIDIA driver is too old: it knows CUDA {driver.VersionText}, and {CudaLibraries.CudaMajor} is needed: "
                + $"install driver {CudaLibraries.LeastDriver} or later.";
        if (driver.Error is not (0 or NoDevice))
            return $"The NVIDIA driver does not start (error {driver.Error} of cuInit): nvidia-smi tells more; "
                + "after an update of the driver the machine wants a restart.";
        if (driver.Gpus.Count == 0) return "There is no NVIDIA GPU that the driver knows, or the variable CUDA_VISIBLE_DEVICES hides it.";
        if (device >= driver.Gpus.Count)
            return $"There is no GPU {device}; there {(driver.Gpus.Count == 1 ? "is" : "are")} "
                + $"{string.Join(", ", driver.Gpus.Select((gpu, number) => $"{number} ({gpu.Name})"))}.";
        var (gpu, least) = (driver.Gpus[device], CudaLibraries.LeastCapability);
        return (gpu.Major, gpu.Minor).CompareTo(least) >= 0 ? null
            : $"GPU {device} ({gpu.Name}) is too old: its compute capability is {gpu.Major}.{gpu.Minor}, "
                + $"and {Package} has kernels from {least.Major}.{least.Minor} on.";
    }

    private const int NoDevice = 100; // CUDA_ERROR_NO_DEVICE

    private static string CudaRemedy(bool windows) => windows
        ? "install the CUDA 13 Toolkit and add its folder bin\\x64 to PATH"
        : "install the libraries of CUDA 13 (the Python packages "
            + "nvidia-cublas, nvidia-cuda-runtime and nvidia-curand hold them too) and name their folders in LD_LIBRARY_PATH";

    private static string CudnnRemedy(bool windows) => windows
        ? "install cuDNN 9 for CUDA 13 and add its folder of DLLs to PATH"
        : "install cuDNN 9 for CUDA 13 (the Python package nvidia-cudnn-cu13 holds it too) "
            + "and name its folder in LD_LIBRARY_PATH";
}

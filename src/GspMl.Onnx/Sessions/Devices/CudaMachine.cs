using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Sessions.Devices;

/// <summary>What can be asked of a machine, to find out why CUDA does not run on it.</summary>
/// <param name="IsWindows">Windows rather than Linux: libraries have other names.</param>
/// <param name="HasProvider">Whether the native ONNX Runtime in use was built with CUDA.</param>
/// <param name="CanLoad">Whether the system's loader finds a library by its name.</param>
/// <param name="Driver">What the NVIDIA driver says; null where there is none.</param>
internal sealed record CudaMachine(bool IsWindows, bool HasProvider, Func<string, bool> CanLoad, Func<CudaDriver?> Driver)
{
    private const string Provider = "CUDAExecutionProvider";

    /// <summary>The machine that this runs on.</summary>
    public static CudaMachine This()
    {
        var windows = OperatingSystem.IsWindows();
        var hasProvider = OrtEnv.Instance().GetAvailableProviders().Contains(Provider);
        return new(windows, hasProvider, Loads, () => CudaDriver.Ask(CudaLibraries.Of(windows).Driver));
    }

    /// <summary>As the loader of the provider would: by the system's search path, and beside the provider itself.</summary>
    private static bool Loads(string library)
    {
        string[] places = [library, .. NativeFolders().Select(folder => Path.Combine(folder, library))];
        foreach (var place in places)
        {
            if (!NativeLibrary.TryLoad(place, out var handle)) continue;
            NativeLibrary.Free(handle);
            return true;
        }
        return false;
    }

    private static string[] NativeFolders()
        => [AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native")];
}

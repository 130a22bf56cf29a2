using GspMl.Onnx.Models;
using GspMl.Onnx.Weights;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Writing;

/// <summary>Whether ONNX Runtime takes a model that was written.</summary>
internal static class LoadCheck
{
    // Below this a copy or two cost nothing.
    private const long LargeFile = 1 << 23;

    // ONNX Runtime holds a model several times while it loads it.
    private const long LargestSource = 1 << 28;

    /// <summary>
    /// Loads the model without optimising it. A large one is loaded with its data left in the file; should ONNX Runtime
    /// not take that form, it is the file itself that counts. Much external data is only looked for.
    /// </summary>
    /// <param name="path">The file as written.</param>
    /// <param name="name">What the message calls it.</param>
    /// <exception cref="OnnxModelException">It does not load, or there is no native ONNX Runtime.</exception>
    public static void Verify(string path, string name)
    {
        NativeRuntime.Load($"{name} was not written: ONNX Runtime does not load the result",
            $"{name} was not written: it could not be checked", () => LoadWritten(path));
    }

    /// <summary>
    /// Loads a model that is to be changed, unless it is so large that this costs about as much as the work: what does not load now does
    /// not load when the work is done either.
    /// </summary>
    /// <exception cref="OnnxModelException">It does not load.</exception>
    public static void VerifySource(ModelContent model)
    {
        if (model.File.Bytes.Length > LargestSource || !model.MayHaveLayers) return;
        model.Elements.CheckData(model.Tensors);
        NativeRuntime.Load($"{model.Path}: ONNX Runtime does not load it", $"{model.Path} cannot be checked", () => Load(model));
    }

    private static void LoadWritten(string path)
    {
        if (new FileInfo(path).Length < LargeFile) Load(ModelContent.Of(ModelFile.Read(path)));
        else if (!LoadsMapped(path)) Load(path);
    }

    private static bool LoadsMapped(string path)
    {
        var mapped = path + ".check";
        try
        {
            MappedForm.Write(path, mapped);
            Load(mapped);
            return true;
        }
        catch (OnnxRuntimeException)
        {
            return false;
        }
        finally
        {
            File.Delete(mapped);
        }
    }

    /// <summary>
    /// Loads a model from its file or, where most of it is external data, without that. An operator may want constants; should ONNX Runtime
    /// not take that form, it is the file itself that counts.
    /// </summary>
    private static void Load(ModelContent model)
    {
        if (!LoadsWeightless(model)) Load(model.File.FullPath);
    }

    private static bool LoadsWeightless(ModelContent model)
    {
        if (WeightlessForm.Of(model) is not { } form) return false;
        model.Elements.CheckData(model.Tensors);
        try
        {
            using var options = Options();
            using var session = new InferenceSession(form, options);
            return true;
        }
        catch (OnnxRuntimeException)
        {
            return false;
        }
    }

    private static void Load(string path)
    {
        using var options = Options();
        using var session = new InferenceSession(path, options);
    }

    private static SessionOptions Options()
    {
        var options = NativeRuntime.CheckOptions();
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        // Packing would copy every weight, for runs that never come.
        options.AddSessionConfigEntry("session.disable_prepacking", "1");
        return options;
    }
}

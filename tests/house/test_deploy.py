"""The deployment files say only what their systems understand: Kubernetes by its client's models, ours by our settings."""

import re
from functools import cache
from typing import Any

import pytest
import yaml

from bot.settings import sections
from tests.shared_files import ROOT

MANIFESTS = ROOT / "deploy" / "kubernetes" / "deskside.yaml"
COMPOSE = ROOT / "deploy" / "compose.yaml"
KINDS = {
    ("apps/v1", "Deployment"): "V1Deployment",
    ("apps/v1", "StatefulSet"): "V1StatefulSet",
    ("v1", "Service"): "V1Service",
    ("policy/v1", "PodDisruptionBudget"): "V1PodDisruptionBudget",
}


@cache
def manifests() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(MANIFESTS.read_text()))


def checked(value: Any, kind: str, path: str) -> Any:
    """As the client's model, which knows every field and refuses where a required one is missing."""
    from kubernetes.client import models  # noqa: PLC0415 - slow to import

    if found := re.fullmatch(r"list\[(.+)\]", kind):
        assert isinstance(value, list), path
        return [checked(one, found[1], f"{path}[{at}]") for at, one in enumerate(value)]
    if found := re.fullmatch(r"dict[\[(]\w+, (.+)[\])]", kind):
        return {key: checked(one, found[1], f"{path}.{key}") for key, one in value.items()}
    model = getattr(models, kind, None)
    if model is None:
        wanted = {"str": str, "int": int, "bool": bool}.get(kind, object)
        assert isinstance(value, wanted), f"{path} is {value!r}, {kind} is wanted"
        return value
    names = {theirs: ours for ours, theirs in model.attribute_map.items()}
    assert set(value) <= set(names), f"{path}: {set(value) - set(names)}"
    return model(**{names[key]: checked(one, model.openapi_types[names[key]], f"{path}.{key}") for key, one in value.items()})


@pytest.mark.parametrize("at", range(len(manifests())))
def test_kubernetes_knows_every_field_of_a_manifest_and_misses_none(at: int) -> None:
    one = manifests()[at]
    checked(one, KINDS[one["apiVersion"], one["kind"]], f"{one['kind']} {one['metadata']['name']}")


@pytest.mark.parametrize(("change", "named"), [({"replica": 2}, "replica"), ({"selector": None}, "selector")])
def test_a_manifest_with_a_fault_would_be_noticed(change: dict[str, Any], named: str) -> None:
    spec = {key: one for key, one in (manifests()[0]["spec"] | change).items() if one is not None}
    with pytest.raises((AssertionError, ValueError), match=named):
        checked(manifests()[0] | {"spec": spec}, "V1Deployment", "Deployment")


def test_containers_of_ours_run_without_rights_and_with_a_read_only_root() -> None:
    pod = manifests()[0]["spec"]["template"]["spec"]
    for one in (*pod["initContainers"], *pod["containers"]):
        context = one["securityContext"]
        assert (context["readOnlyRootFilesystem"], context["allowPrivilegeEscalation"]) == (True, False)
    assert pod["securityContext"]["runAsNonRoot"] is True
    ours = yaml.safe_load(COMPOSE.read_text())["services"]["deskside"]
    assert (ours["read_only"], ours["cap_drop"]) == (True, ["ALL"])
    assert "USER 10001:10001" in (ROOT / "Containerfile").read_text()


def test_selectors_find_their_pods_and_mounts_their_volumes() -> None:
    labels = [one["spec"]["template"]["metadata"]["labels"] for one in manifests() if "template" in one["spec"]]
    for one in manifests():
        selector = one["spec"]["selector"]
        assert selector.get("matchLabels", selector) in labels, one["metadata"]["name"]
    compose = yaml.safe_load(COMPOSE.read_text())
    for name, service in compose["services"].items():
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in compose["volumes"], name
        assert set(service.get("depends_on", ())) <= set(compose["services"]), name


def test_every_setting_a_deployment_file_names_exists() -> None:
    known = {section.variable(name) for section in sections() for name in section.model.model_fields}
    for file in (MANIFESTS, COMPOSE, ROOT / "Containerfile"):
        named = set(re.findall(r"DESKSIDE_[A-Z_]+[A-Z]", file.read_text())) - {"DESKSIDE_POSTGRES_PASSWORD"}
        assert named
        assert named <= known, file.name

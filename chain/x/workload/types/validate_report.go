package types

import (
	errorsmod "cosmossdk.io/errors"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
)

const (
	maxReports       = 16
	maxReportBytes   = 4_096
	maxReasonBytes   = 40
	maxTextBytes     = 1_024
	maxServices      = 64
	maxInstanceBytes = 128
)

// ValidateClaimEpoch is the stateless check of MsgClaimEpoch.
func ValidateClaimEpoch(msg *workloadv1.MsgClaimEpoch) error {
	if _, err := workgrouptypes.ParseAddress(msg.Device); err != nil {
		return err
	}
	if !isText(msg.Instance, maxInstanceBytes) {
		return errorsmod.Wrapf(ErrInvalidInstance, "got %d bytes", len(msg.Instance))
	}
	return nil
}

// ValidateReport is the stateless check of MsgReport.
func ValidateReport(msg *workloadv1.MsgReport) error {
	if _, err := workgrouptypes.ParseAddress(msg.Device); err != nil {
		return err
	}
	if len(msg.Reports) == 0 || len(msg.Reports) > maxReports {
		return errorsmod.Wrapf(ErrInvalidReport, "got %d reports, want 1 to %d", len(msg.Reports), maxReports)
	}
	for i, report := range msg.Reports {
		for _, other := range msg.Reports[:i] {
			if other.DeploymentId == report.DeploymentId {
				return errorsmod.Wrapf(ErrInvalidReport, "deployment %d is there twice", report.DeploymentId)
			}
		}
		if err := validateDeploymentReport(report); err != nil {
			return errorsmod.Wrapf(err, "deployment %d", report.DeploymentId)
		}
	}
	return nil
}

func validateDeploymentReport(report workloadv1.DeploymentReport) error {
	if size := report.Size(); size > maxReportBytes {
		return errorsmod.Wrapf(ErrInvalidReport, "got %d bytes, want at most %d", size, maxReportBytes)
	}
	if report.Revision == 0 {
		return errorsmod.Wrap(ErrInvalidReport, "revision: got 0, want 1 or more")
	}
	_, known := workloadv1.ReportState_name[int32(report.State)]
	switch report.State {
	case workloadv1.ReportState_REPORT_STATE_UNSPECIFIED, workloadv1.ReportState_REPORT_STATE_ASSIGNED,
		workloadv1.ReportState_REPORT_STATE_UNREACHABLE:
		known = false
	}
	if !known {
		return errorsmod.Wrapf(ErrInvalidReport, "state: got %d, want one that a device reports", report.State)
	}
	if !isReason(report.Reason) {
		return errorsmod.Wrapf(ErrInvalidReport, "reason: want at most %d letters", maxReasonBytes)
	}
	if len(report.Text) > maxTextBytes || !workgrouptypes.IsPrintable(report.Text) {
		return errorsmod.Wrapf(ErrInvalidReport, "text: got %d bytes, want at most %d printable ones", len(report.Text), maxTextBytes)
	}
	if len(report.Services) > maxServices {
		return errorsmod.Wrapf(ErrInvalidReport, "services: got %d, want at most %d", len(report.Services), maxServices)
	}
	for i, service := range report.Services {
		_, known := workloadv1.ServiceState_name[int32(service.State)]
		if !known || service.State == workloadv1.ServiceState_SERVICE_STATE_UNSPECIFIED {
			return errorsmod.Wrapf(ErrInvalidReport, "services: entry %d has state %d", i+1, service.State)
		}
		if service.Index >= maxServices || (i > 0 && report.Services[i-1].Index >= service.Index) {
			return errorsmod.Wrapf(ErrInvalidReport, "services: entry %d has index %d, want ascending ones below %d", i+1, service.Index, maxServices)
		}
		if service.Since < 0 {
			return errorsmod.Wrapf(ErrInvalidReport, "services: entry %d is since %d, want 0 or more", i+1, service.Since)
		}
	}
	return nil
}

func isReason(reason string) bool {
	if len(reason) > maxReasonBytes {
		return false
	}
	for _, char := range []byte(reason) {
		if (char < 'a' || char > 'z') && (char < 'A' || char > 'Z') {
			return false
		}
	}
	return true
}
